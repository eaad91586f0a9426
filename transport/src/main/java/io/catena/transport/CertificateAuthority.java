package io.catena.transport;

import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// The cluster's own certificate authority: EC P-256 keys, certificates for servers and clients.
/// Whoever holds its key can become any server of the cluster.
public final class CertificateAuthority {
    /// Clocks of servers may differ by this much when a certificate is fresh.
    static final Duration BACKDATED = Duration.ofMinutes(10);
    private static final Duration AUTHORITY_VALID = Duration.ofDays(3_650);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern IP_ADDRESS =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    private final PrivateKey key;
    private final X509Certificate certificate;
    private final KeyAndCertificate pem;

    private CertificateAuthority(KeyAndCertificate pem) throws GeneralSecurityException {
        this.pem = pem;
        this.key = Pem.privateKey(pem.keyPem());
        this.certificate = Pem.certificate(pem.certificatePem());
    }

    /// Makes a new authority.
    ///
    /// @param name stands in its certificate, for people to read
    public static CertificateAuthority create(String name, Instant now)
            throws GeneralSecurityException {
        KeyPair pair = newKeyPair();
        X500Name subject = commonName(name);
        X509v3CertificateBuilder builder = builder(
                subject, subject, pair.getPublic(), now, AUTHORITY_VALID);
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true,
                            new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .addExtension(Extension.subjectKeyIdentifier, false,
                            new JcaX509ExtensionUtils()
                                    .createSubjectKeyIdentifier(pair.getPublic()));
        } catch (CertIOException e) {
            throw new GeneralSecurityException(e);
        }
        return new CertificateAuthority(new KeyAndCertificate(
                Pem.encode("PRIVATE KEY", pair.getPrivate().getEncoded()),
                signed(builder, pair.getPrivate())));
    }

    /// The authority with this key and certificate, wherever they were kept.
    public static CertificateAuthority of(KeyAndCertificate pem) throws GeneralSecurityException {
        return new CertificateAuthority(pem);
    }

    /// What nobody may have who is not to become any server of the cluster.
    public String keyPem() {
        return pem.keyPem();
    }

    /// What everybody may have: the trust anchor.
    public String certificatePem() {
        return pem.certificatePem();
    }

    /// A new key and a certificate that is good for both ends of a connection, and for HTTPS.
    ///
    /// @param identity who it speaks for; subject `node-3` and the URI name `catena://node/3`
    /// @param names DNS names and IP addresses that it covers
    public KeyAndCertificate issue(
            PeerIdentity identity, List<String> names, Instant now, Duration valid)
            throws GeneralSecurityException {
        KeyPair pair = newKeyPair();
        return new KeyAndCertificate(Pem.encode("PRIVATE KEY", pair.getPrivate().getEncoded()),
                certify(identity, pair.getPublic(), names, now, valid));
    }

    /// As [#issue], for a key that is kept elsewhere.
    ///
    /// @return the certificate, and this authority's behind it, as PEM text
    public String certify(
            PeerIdentity identity, PublicKey subject, List<String> names, Instant now,
            Duration valid)
            throws GeneralSecurityException {
        X509v3CertificateBuilder builder = builder(
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                commonName(subjectOf(identity)), subject, now, valid);
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false,
                            new ExtendedKeyUsage(new KeyPurposeId[] {
                                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                            }))
                    .addExtension(Extension.subjectAlternativeName, false, names(identity, names))
                    .addExtension(Extension.authorityKeyIdentifier, false,
                            identifiers.createAuthorityKeyIdentifier(certificate.getPublicKey()));
        } catch (CertIOException e) {
            throw new GeneralSecurityException(e);
        }
        return signed(builder, key) + pem.certificatePem();
    }

    private static String subjectOf(PeerIdentity identity) {
        return switch (identity) {
            case PeerIdentity.Node node -> "node-" + node.id().server();
            case PeerIdentity.Client client -> "client-" + client.name();
            case PeerIdentity.Stranger _ ->
                    throw new IllegalArgumentException("a stranger gets no certificate");
        };
    }

    private static GeneralNames names(PeerIdentity identity, List<String> names) {
        List<GeneralName> all = new ArrayList<>();
        for (String name : names) {
            boolean address = IP_ADDRESS.matcher(name).matches();
            all.add(new GeneralName(
                    address ? GeneralName.iPAddress : GeneralName.dNSName,
                    address ? canonical(name) : name));
        }
        identity.uris().forEach(uri ->
                all.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
        return new GeneralNames(all.toArray(GeneralName[]::new));
    }

    private static String canonical(String address) {
        // Java's form of an IPv6 address is without "::", which every reader of ASN.1 names takes.
        return InetAddress.ofLiteral(address).getHostAddress();
    }

    static KeyPair newKeyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        return generator.generateKeyPair();
    }

    private static X500Name commonName(String name) {
        return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, name).build();
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Instant now, Duration valid) {
        return new JcaX509v3CertificateBuilder(
                issuer, new BigInteger(127, RANDOM).add(BigInteger.ONE),
                Date.from(now.minus(BACKDATED)), Date.from(now.plus(valid)), subject, key);
    }

    private static String signed(X509v3CertificateBuilder builder, PrivateKey signer)
            throws GeneralSecurityException {
        try {
            X509Certificate made = new JcaX509CertificateConverter().getCertificate(
                    builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
            return Pem.encode("CERTIFICATE", made.getEncoded());
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }
}
