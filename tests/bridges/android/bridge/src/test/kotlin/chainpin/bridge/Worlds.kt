package chainpin.bridge

import java.io.IOException
import java.net.InetAddress
import java.util.concurrent.CompletableFuture
import okhttp3.Call
import okhttp3.Dns
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.tls.HeldCertificate
import org.junit.After

/** What a scenario needs: a server, a bridge, a page; all closed after it. */
abstract class Worlds {
    protected val open = ArrayList<AutoCloseable>()
    protected val leaf = Authorities.public.leaf("localhost", "a.test", "b.test")

    @After
    fun close() = open.asReversed().forEach { it.close() }

    protected data class World(val page: Page, val server: Server, val bridge: Bridge)

    protected fun world(vararg rules: String, server: Server = server(), deadline: Long = 5_000, base: OkHttpClient = client): World {
        val bridge = bridge(deadline, base)
        return World(Page(bridge).also { open += it }.policy(1, *rules), server, bridge)
    }

    protected fun server(leaf: HeldCertificate = this.leaf, by: Authority = Authorities.public, http2: Boolean = false) =
        Server(leaf, by.intermediate.certificate, http2 = http2).also { open += it }

    protected fun bridge(deadline: Long = 5_000, base: OkHttpClient = client): Bridge {
        val trust = Authorities.trust()
        return Bridge(trust, PushedPins(trust, MemoryStore()), deadline, base).also { open += it }
    }

    /** A request of the app's own native code: what came, or the code of the refusal. */
    protected fun call(bridge: Bridge, url: String) = call(bridge.calls, url)

    protected fun call(calls: Call.Factory, url: String): CompletableFuture<String> = CompletableFuture.supplyAsync {
        try {
            calls.newCall(Request.Builder().url(url).build()).execute().use { "${it.code}" }
        } catch (refused: HoldRefused) {
            refused.code.code
        } catch (error: IOException) {
            error.toString()
        }
    }

    protected fun times(page: Page) = listOf("never", "once", "twice").getOrElse(page.holds.size) { "$it times" }

    protected fun row(scenario: String, expected: String, seen: String, server: Server, requests: Int) {
        fun at(count: Int) = "; $count at the server"
        Table.row(scenario, expected + at(requests), seen + at(server.requests.size))
    }

    protected companion object {
        const val OTHER = "sha256/lYhLzZB7MxJbSWnk3VFgA3ZLiSL7G7/4zZd9mGg1vu0="

        /** Every name is this machine, under so many addresses. */
        fun dns(addresses: Int) = object : Dns {
            override fun lookup(hostname: String) = List(addresses) { InetAddress.getByAddress(byteArrayOf(127, 0, 0, (it + 1).toByte())) }
        }

        val client: OkHttpClient = OkHttpClient.Builder().dns(dns(1)).build()
    }
}

class MemoryStore(var text: String? = null, var works: Boolean = true) : PinStore {
    override fun read() = text

    override fun write(text: String): Boolean {
        if (works) this.text = text
        return works
    }
}

fun <T> timed(act: () -> T): Pair<T, Long> {
    val start = System.nanoTime()
    return act() to (System.nanoTime() - start) / 1_000_000
}

fun eventually(condition: () -> Boolean) {
    val until = System.nanoTime() + 15_000_000_000
    while (!condition()) {
        check(System.nanoTime() < until) { "it has not happened within 15 s" }
        Thread.sleep(10)
    }
}
