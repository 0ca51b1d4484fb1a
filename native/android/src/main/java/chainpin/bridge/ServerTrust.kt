package chainpin.bridge

import java.security.cert.CertificateException
import java.security.cert.X509Certificate
import javax.net.ssl.X509TrustManager

/** The platform's own decision about certificates, which comes before any pin. */
interface ServerTrust {
    /** What the handshake is checked with. */
    val trustManager: X509TrustManager

    /** Builds and checks the path for what the server sent, leaf first. Throws [CertificateException] where the platform refuses it. */
    fun validate(presented: List<X509Certificate>, host: String): TrustedPath
}

/** A path that the platform built and checked: leaf first, its anchor last. */
class TrustedPath(val certificates: List<X509Certificate>, val anchor: Anchor)
