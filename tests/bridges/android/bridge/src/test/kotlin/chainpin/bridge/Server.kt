package chainpin.bridge

import java.io.Closeable
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.security.Principal
import java.security.cert.X509Certificate
import java.util.concurrent.atomic.AtomicInteger
import java.util.logging.Level
import java.util.logging.Logger
import javax.net.ServerSocketFactory
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLEngine
import javax.net.ssl.X509ExtendedKeyManager
import okhttp3.Protocol
import okhttp3.mockwebserver.Dispatcher
import okhttp3.mockwebserver.MockResponse
import okhttp3.mockwebserver.MockWebServer
import okhttp3.mockwebserver.RecordedRequest
import okhttp3.tls.HeldCertificate

/** A real TLS server on this machine, which counts what reaches it. [sent]: the certificates after the leaf. */
class Server(leaf: HeldCertificate, vararg sent: X509Certificate, http2: Boolean = false) : Closeable {
    private val server = MockWebServer()
    var answer: (RecordedRequest) -> MockResponse = { MockResponse().setBody("hello") }

    /** The `host:path` of each request that arrived. */
    val requests = ArrayList<String>()

    /** How many connections carried them, and how many there were. */
    val connections get() = firsts
    val accepted get() = sockets.get()
    private var firsts = 0
    private val sockets = AtomicInteger()

    init {
        val context = SSLContext.getInstance("TLS")
        context.init(arrayOf(AnyChain(leaf, sent)), null, null)
        server.useHttps(context.socketFactory, false)
        server.serverSocketFactory = object : ServerSocketFactory() {
            override fun createServerSocket() = object : ServerSocket() {
                override fun accept(): Socket = super.accept().also { sockets.incrementAndGet() }
            }

            override fun createServerSocket(port: Int) = throw UnsupportedOperationException()

            override fun createServerSocket(port: Int, backlog: Int) = throw UnsupportedOperationException()

            override fun createServerSocket(port: Int, backlog: Int, address: InetAddress?) = throw UnsupportedOperationException()
        }
        server.protocols = if (http2) listOf(Protocol.HTTP_2, Protocol.HTTP_1_1) else listOf(Protocol.HTTP_1_1)
        server.dispatcher = object : Dispatcher() {
            override fun dispatch(request: RecordedRequest): MockResponse = synchronized(requests) {
                if (request.sequenceNumber == 0) firsts += 1
                requests += request.requestUrl!!.host + request.path
                answer(request)
            }
        }
        server.start()
    }

    fun url(host: String = "localhost", path: String = "/") = "https://$host:${server.port}$path"

    override fun close() = server.shutdown()

    private companion object {
        val loggers = listOf("okhttp3.mockwebserver.MockWebServer", "mockwebserver3.MockWebServer").map { Logger.getLogger(it) }

        init {
            // It warns of each connection that brought no request, which is what most scenarios are about.
            loggers.forEach { it.level = Level.OFF }
        }
    }
}

/** Sends what it is told to. A key store would refuse a chain that does not hang together. */
private class AnyChain(private val leaf: HeldCertificate, private val sent: Array<out X509Certificate>) : X509ExtendedKeyManager() {
    override fun chooseServerAlias(keyType: String, issuers: Array<out Principal>?, socket: Socket?) = ALIAS.takeIf { keyType == "EC" }

    override fun chooseEngineServerAlias(keyType: String, issuers: Array<out Principal>?, engine: SSLEngine?) = ALIAS.takeIf { keyType == "EC" }

    override fun getCertificateChain(alias: String) = arrayOf(leaf.certificate, *sent)

    override fun getPrivateKey(alias: String) = leaf.keyPair.private

    override fun getServerAliases(keyType: String, issuers: Array<out Principal>?) = arrayOf(ALIAS)

    override fun getClientAliases(keyType: String, issuers: Array<out Principal>?) = null

    override fun chooseClientAlias(keyTypes: Array<out String>, issuers: Array<out Principal>?, socket: Socket?) = null

    private companion object {
        const val ALIAS = "server"
    }
}
