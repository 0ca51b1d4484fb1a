package chainpin.bridge

import java.security.cert.X509Certificate
import javax.net.ssl.HostnameVerifier
import javax.net.ssl.SSLPeerUnverifiedException
import okhttp3.CertificatePinner
import okhttp3.Interceptor
import okhttp3.OkHttpClient
import okhttp3.Response

/** Where pushed pins survive the app's end. */
interface PinStore {
    fun read(): String?

    /** Whether it is stored, for good. */
    fun write(text: String): Boolean
}

/**
 * Enforces pushed pins on the platform's own networking, with OkHttp's `CertificatePinner`, for every request and also on pooled
 * connections. Until the first push: the last one, or [embedded], whichever is newer; with neither, everything is refused.
 */
class PushedPins(private val trust: ServerTrust, private val store: PinStore, embedded: EnforcedPins? = null) {
    @Volatile
    private var enforced: Enforced? =
        listOfNotNull(embedded, store.read()?.let { EnforcedPins.read(it) }).maxByOrNull { it.sequence }?.let(::enforced)

    /** Of the policy whose pins are in force; 0: none are. */
    val sequence: Long get() = enforced?.sequence ?: 0

    /** Whether the pins are stored and, from now on, enforced. False: nothing has changed. */
    fun enforce(pins: EnforcedPins): Boolean {
        val next = enforced(pins) ?: return false
        if (!store.write(pins.toText())) return false
        enforced = next
        return true
    }

    /** Makes a client enforce the pins. WebSockets pass by: OkHttp calls no network interceptors for them. */
    fun applyTo(builder: OkHttpClient.Builder): OkHttpClient.Builder {
        val names = builder.build().hostnameVerifier
        return builder.addNetworkInterceptor(Interceptor { check(it, names) })
    }

    private fun check(chain: Interceptor.Chain, names: HostnameVerifier): Response {
        val host = chain.request().url.host
        val enforced = this.enforced ?: throw SSLPeerUnverifiedException("no pins have been pushed yet, so `$host` is refused")
        if (chain.request().isHttps) {
            val connection = chain.connection() ?: throw Untrusted("there is no connection", null)
            val path: List<X509Certificate> = trustedPath(trust, names, connection, host).certificates
            // To TLS and DNS it is the same name with a dot at its end; to OkHttp's pinner it is another one.
            enforced.pinner.check(host.removeSuffix("."), path)
        }
        return chain.proceed(chain.request())
    }

    private class Enforced(val sequence: Long, val pinner: CertificatePinner)

    /** Null: OkHttp takes a pattern for none of its own. */
    private fun enforced(pins: EnforcedPins): Enforced? {
        val builder = CertificatePinner.Builder()
        try {
            for ((pattern, keys) in pins.pins) builder.add(pattern, *keys.toTypedArray())
        } catch (_: IllegalArgumentException) {
            return null
        }
        return Enforced(pins.sequence, builder.build())
    }
}
