package io.catena.transport;

import io.catena.protocol.chain.Bytes;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// What matters of a certificate to its owner.
///
/// @param issued when it was made
/// @param until when it is good for nothing any more
/// @param serial in hexadecimal
/// @param names DNS names and IP addresses that it covers
public record CertificateLife(
        Instant issued, Instant until, String serial, List<String> names) {
    /// Types of names in certificates.
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    public CertificateLife {
        names = List.copyOf(names);
    }

    /// Of the first certificate in the text.
    public static CertificateLife of(String certificatePem) throws GeneralSecurityException {
        X509Certificate certificate = Pem.certificate(certificatePem);
        return new CertificateLife(
                certificate.getNotBefore().toInstant().plus(CertificateAuthority.BACKDATED),
                certificate.getNotAfter().toInstant(),
                certificate.getSerialNumber().toString(16), names(certificate));
    }

    private static List<String> names(X509Certificate certificate)
            throws GeneralSecurityException {
        var names = certificate.getSubjectAlternativeNames();
        return (names == null ? List.<List<?>>of() : names).stream()
                .filter(name -> name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS))
                .map(name -> String.valueOf(name.get(1))).toList();
    }

    /// Two thirds of its life, or of the longest that a life should be.
    public Instant renewal(Duration longest) {
        Duration life = Duration.between(issued, until);
        Duration counted = life.compareTo(longest) < 0 ? life : longest;
        return issued.plus(counted.multipliedBy(2).dividedBy(3));
    }

    /// The authority's certificate, which is the last one in the text that [CertificateAuthority]
    /// issues.
    public static String authorityOf(String certificatePem) throws GeneralSecurityException {
        List<X509Certificate> all = Pem.certificates(certificatePem);
        return Pem.encode("CERTIFICATE", all.getLast().getEncoded());
    }

    /// SHA-256 of the first certificate in the text.
    public static Bytes digest(String certificatePem) throws GeneralSecurityException {
        return digest(Pem.certificate(certificatePem));
    }

    static Bytes digest(X509Certificate certificate) throws CertificateEncodingException {
        return CertificateRequest.digest(certificate.getEncoded());
    }
}
