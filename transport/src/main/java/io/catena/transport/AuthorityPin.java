package io.catena.transport;

import io.catena.protocol.chain.Bytes;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// Trusts servers whose certificate was issued by the authority with this digest, which they show
/// with their own: for whoever has a join token and nothing else.
final class AuthorityPin implements X509TrustManager {
    private final Bytes digest;

    /// @param digest SHA-256 of the authority's certificate
    AuthorityPin(Bytes digest) {
        this.digest = digest;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        trusting(authority(chain)).checkServerTrusted(chain, authType);
    }

    private X509Certificate authority(X509Certificate[] chain) throws CertificateException {
        for (X509Certificate certificate : chain) {
            if (CertificateLife.digest(certificate).equals(digest)) {
                return certificate;
            }
        }
        throw new CertificateException("the server is not of the cluster that the token is for: "
                + Arrays.stream(chain).map(X509Certificate::getSubjectX500Principal).toList());
    }

    private static X509TrustManager trusting(X509Certificate authority)
            throws CertificateException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("authority", authority);
            TrustManagerFactory factory = TrustManagerFactory.getInstance(
                    TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return (X509TrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new CertificateException(e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw new CertificateException("nobody connects to who has only a token");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
