package chainpin.bridge

import java.util.concurrent.ExecutorService
import java.util.concurrent.TimeUnit
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLSocketFactory
import javax.net.ssl.TrustManager
import okhttp3.Call
import okhttp3.ConnectionPool
import okhttp3.ConnectionSpec
import okhttp3.CookieJar
import okhttp3.EventListener
import okhttp3.OkHttpClient
import okhttp3.Request

/**
 * OkHttp whose connections are held. As a [Call.Factory] it is for the app's own native code too: its requests are held like the page's.
 *
 * @param base time-outs, proxy, DNS; not its interceptors, which could answer for a server, nor its redirects, cookies and cache
 */
class HeldClient(
    gate: Gate,
    private val trust: ServerTrust,
    deadline: Long,
    private val background: ExecutorService,
    base: OkHttpClient,
) : Call.Factory {
    private val common = base.newBuilder()
        .apply { interceptors().clear() }
        .apply { networkInterceptors().clear() }
        .connectionSpecs(listOf(ConnectionSpec.MODERN_TLS))
        .followRedirects(false)
        .followSslRedirects(false)
        .cookieJar(CookieJar.NO_COOKIES)
        .cache(null)
        .apply {
            val hold = HoldInterceptor(gate, trust, base.hostnameVerifier, deadline)
            addNetworkInterceptor(hold)
            eventListenerFactory(EventListener.Factory { hold })
        }
        .build()

    @Volatile
    private var current = generation(ConnectionPool())

    override fun newCall(request: Request): Call = current.newCall(request)

    /** A call over a connection of its own, which nothing uses before or after. */
    internal fun freshCall(request: Request): Call = generation(ConnectionPool(0, 1, TimeUnit.SECONDS)).newCall(request)

    /**
     * Drops pooled connections and TLS sessions. A generation has its own, so what a running request gives back to the old ones serves
     * nobody any more.
     */
    fun drop() {
        val old = current
        current = generation(ConnectionPool())
        // Closing writes to the network, which Android forbids on the main thread.
        background.execute { old.connectionPool.evictAll() }
    }

    private fun generation(pool: ConnectionPool): OkHttpClient =
        common.newBuilder().connectionPool(pool).sslSocketFactory(newSessions(), trust.trustManager).build()

    private fun newSessions(): SSLSocketFactory =
        SSLContext.getInstance("TLS").apply { init(null, arrayOf<TrustManager>(trust.trustManager), null) }.socketFactory
}
