package chainpin.bridge

import java.io.InterruptedIOException
import java.security.cert.CertificateException
import java.security.cert.X509Certificate
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import javax.net.ssl.HostnameVerifier
import javax.net.ssl.SSLPeerUnverifiedException
import javax.net.ssl.SSLSocket
import okhttp3.Call
import okhttp3.Connection
import okhttp3.EventListener
import okhttp3.Interceptor
import okhttp3.Response

/**
 * Holds each request between handshake and first byte until the page has answered. It must be a *network* interceptor: only those see
 * pooled and coalesced connections too. It blocks its thread, for [deadline] ms and a little more at most.
 */
internal class HoldInterceptor(
    private val gate: Gate,
    private val trust: ServerTrust,
    private val names: HostnameVerifier,
    private val deadline: Long,
) : EventListener(), Interceptor {
    private val holding = ConcurrentHashMap<Call, Held>()

    override fun intercept(chain: Interceptor.Chain): Response {
        val connection = chain.connection() ?: throw Untrusted("there is no connection", null)
        val url = chain.request().url
        val path = trustedPath(trust, names, connection, url.host)
        val request = chain.request().tag(PageRequest::class.java)
        hold(
            chain.call(),
            HeldConnection(
                connection,
                Site(url.host, url.port),
                path.certificates.map { it.encoded },
                "validated",
                path.anchor,
                request?.takeIf { it.fresh }?.number,
            ),
        )
        return chain.proceed(chain.request())
    }

    private fun hold(call: Call, connection: HeldConnection) {
        val answer = CompletableFuture<Decision>()
        val held = gate.open(connection) { answer.complete(it) }
        holding[call] = held
        if (call.isCanceled()) held.cancel()
        val decision = try {
            answer.get(deadline + LATE, TimeUnit.MILLISECONDS)
        } catch (_: TimeoutException) {
            // The gate's own timer has failed. Nobody answers any more, so this thread refuses by itself.
            Decision.Refused(Refusal.DEADLINE)
        } catch (_: InterruptedException) {
            held.cancel()
            Thread.currentThread().interrupt()
            throw InterruptedIOException("interrupted while the connection was held")
        } finally {
            holding.remove(call)
        }
        if (decision is Decision.Refused) {
            close(connection.connection as Connection)
            throw HoldRefused(decision.code, held.id, connection.site)
        }
    }

    // HTTP/1 closes by the failure alone; an HTTP/2 connection would stay in the pool.
    private fun close(connection: Connection) {
        if (!gate.isUnused(connection)) return
        connection.socket().close()
        gate.closed(connection)
    }

    override fun canceled(call: Call) {
        holding[call]?.cancel()
    }

    private companion object {
        /** ms by which the gate's timer may be late. */
        const val LATE = 500L
    }
}

/** What a request of the page carries along. */
internal class PageRequest(val number: Long, val fresh: Boolean)

/** The platform's decision on a connection's certificates and name, made anew for each host that the connection serves. */
internal fun trustedPath(trust: ServerTrust, names: HostnameVerifier, connection: Connection, host: String): TrustedPath {
    val session = (connection.socket() as? SSLSocket)?.session ?: throw Untrusted("the connection to `$host` has no TLS", null)
    if (!names.verify(host, session)) throw Untrusted("the certificate is not for `$host`", null)
    return try {
        trust.validate(session.peerCertificates.map { it as X509Certificate }, host)
    } catch (error: CertificateException) {
        throw Untrusted("the platform does not trust the certificate of `$host`: ${error.message}", error)
    }
}

/** OkHttp never tries again after an [SSLPeerUnverifiedException]. */
class HoldRefused(val code: Refusal, val id: String?, site: Site) :
    SSLPeerUnverifiedException("the connection to `${site.host}:${site.port}` was refused: ${code.code}")

/** The platform refused the certificate or its name. */
class Untrusted(message: String, cause: Exception?) : SSLPeerUnverifiedException(message) {
    init {
        if (cause != null) initCause(cause)
    }
}
