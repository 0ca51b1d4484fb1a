package chainpin.bridge.android

import android.net.http.X509TrustManagerExtensions
import chainpin.bridge.Anchor
import chainpin.bridge.ServerTrust
import chainpin.bridge.TrustedPath
import java.security.KeyStore
import java.security.cert.X509Certificate
import javax.net.ssl.TrustManagerFactory
import javax.net.ssl.X509TrustManager

/** Android's own decision, with the app's network security configuration. */
class AndroidTrust(override val trustManager: X509TrustManager = platformTrustManager()) : ServerTrust {
    private val extensions = X509TrustManagerExtensions(trustManager)

    override fun validate(presented: List<X509Certificate>, host: String): TrustedPath {
        val path = extensions.checkServerTrusted(presented.toTypedArray(), AUTH_TYPE, host)
        val isUsers = path.isNotEmpty() && extensions.isUserAddedCertificate(path.last())
        return TrustedPath(path, if (isUsers) Anchor.USER else Anchor.SYSTEM)
    }

    private companion object {
        /** What TLS 1.3 says, where the suite no longer names the key exchange. Android asks only that it is not empty. */
        const val AUTH_TYPE = "GENERIC"
    }
}

private fun platformTrustManager(): X509TrustManager {
    val factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm())
    factory.init(null as KeyStore?)
    return factory.trustManagers.filterIsInstance<X509TrustManager>().single()
}
