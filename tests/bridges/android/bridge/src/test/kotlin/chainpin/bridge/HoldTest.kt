package chainpin.bridge

import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import okhttp3.OkHttpClient
import okhttp3.mockwebserver.MockResponse
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** Held connections: Android's trust, OkHttp, a real TLS server, and the real package in Node as the page. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34], manifest = Config.NONE)
class HoldTest : Worlds() {
    @Test
    fun `right pin`() {
        val (page, server) = world(rule("localhost", leaf.pin))
        val seen = page.fetch(server.url()).outcome()
        row("right pin", "200 hello, pinned", "$seen, ${page.verdicts.single()}", server, 1)
    }

    @Test
    fun `right pin of the CA`() {
        val (page, server) = world(rule("localhost", Authorities.public.root.pin))
        val seen = page.fetch(server.url()).outcome()
        row("right pin, of the root, which the server does not send", "200 hello, pinned", "$seen, ${page.verdicts.single()}", server, 1)
    }

    @Test
    fun `wrong pin`() {
        val (page, server) = world(rule("localhost", OTHER))
        val seen = page.fetch(server.url()).outcome()
        row("wrong pin", "pin-mismatch", seen, server, 0)
    }

    @Test
    fun `no answer`() {
        val (page, server) = world(rule("localhost", leaf.pin), deadline = 300)
        page.delay(-1)
        val (seen, took) = timed { page.fetch(server.url()).outcome() }
        row("no answer", "deadline, in time", "$seen, ${if (took in 290..3_000) "in time" else "after $took ms"}", server, 0)
    }

    @Test
    fun `the timer fails too`() {
        val server = server()
        val gate = Gate(Stopped, 100).apply { receive("""{"v":1,"type":"attach","nonce":"n","sequence":1}""") }
        val threads = Executors.newSingleThreadExecutor().also { open += AutoCloseable(it::shutdown) }
        val seen = call(HeldClient(gate, Authorities.trust(), 100, threads, client), server.url()).get(15, TimeUnit.SECONDS)
        row("no answer, and the gate's timer does not fire", "deadline", seen, server, 0)
    }

    @Test
    fun `late answer`() {
        val (page, server) = world(rule("localhost", leaf.pin), deadline = 300)
        page.delay(700)
        val seen = page.fetch(server.url()).outcome()
        eventually { page.heard.any { it["code"] == "unknown-id" } }
        row("late answer", "deadline, then unknown-id", "$seen, then ${page.heard.last()["code"]}", server, 0)
    }

    @Test
    fun `the page's process is killed`() {
        val (page, server, bridge) = world(rule("localhost", leaf.pin), deadline = 1_000)
        page.delay(-1)
        val calls = List(40) { call(bridge, server.url()) }
        eventually { page.holds.isNotEmpty() }
        page.kill()
        val seen = calls.map { it.get(15, TimeUnit.SECONDS) }.distinct().joinToString()
        row("the page's process is killed while 40 connections wait", "deadline", seen, server, 0)
    }

    @Test
    fun `page closed`() {
        val (page, server, bridge) = world(rule("localhost", leaf.pin), deadline = 20_000)
        page.delay(-1)
        val call = call(bridge, server.url())
        eventually { page.holds.isNotEmpty() }
        page.closed()
        row("the page closes while a connection waits", "page-closed", call.get(15, TimeUnit.SECONDS), server, 0)
        row("after that, without a page", "not-attached", call(bridge, server.url()).get(15, TimeUnit.SECONDS), server, 0)
    }

    @Test
    fun `no page yet`() {
        val server = server()
        row("no page yet", "not-attached", call(bridge(), server.url()).get(15, TimeUnit.SECONDS), server, 0)
    }

    @Test
    fun `user CA`() {
        val users = Authorities.users
        val mine = users.leaf("localhost")
        val (page, server) = world(rule("localhost", leaf.pin), server = server(mine, users))
        val seen = page.fetch(server.url()).outcome()
        row("a CA that the user installed", "pin-mismatch, anchor user", "$seen, anchor ${page.holds.single()["anchor"]}", server, 0)

        page.policy(2, rule("localhost", leaf.pin, more = ""","userAnchors":"allow""""))
        row("the same, where the policy allows it", "200 hello, exempt", "${page.fetch(server.url()).outcome()}, ${page.verdicts.last()}", server, 1)
    }

    @Test
    fun `pooled connection`() {
        val (page, server) = world(rule("localhost", leaf.pin))
        page.fetch(server.url()).outcome()
        val seen = page.fetch(server.url()).outcome()
        row("pooled connection", "200 hello, 1 connection, asked once", "$seen, ${server.connections} connection, asked ${times(page)}", server, 2)
    }

    @Test
    fun `coalesced connection`() {
        val (page, server) = world(rule("a.test", leaf.pin), rule("b.test", OTHER), server = server(http2 = true))
        val first = page.fetch(server.url("a.test")).outcome()
        val second = page.fetch(server.url("b.test")).outcome()
        val third = page.fetch(server.url("a.test")).outcome()
        row(
            "HTTP/2 connection shared by two hosts, one with a wrong pin",
            "200 hello, pin-mismatch, 200 hello; 1 connection, asked twice",
            "$first, $second, $third; ${server.connections} connection, asked ${times(page)}",
            server,
            2,
        )
    }

    @Test
    fun `refused HTTP2 connection is closed`() {
        val (page, server) = world(rule("a.test", OTHER), server = server(http2 = true))
        val seen = List(2) { page.fetch(server.url("a.test")).outcome() }.distinct()
        row("wrong pin on HTTP/2, twice", "pin-mismatch, on 2 connections", "${seen.joinToString()}, on ${server.accepted} connections", server, 0)
    }

    @Test
    fun `appended CA`() {
        // Genuine and public, so an attacker with a certificate of any other CA can send it along.
        val genuine = Authorities.users.root
        val rogue = Authorities.public.leaf("localhost")
        val server = Server(rogue, Authorities.public.intermediate.certificate, genuine.certificate).also { open += it }
        val (page) = world(rule("localhost", genuine.pin), server = server)
        val seen = page.fetch(server.url()).outcome()
        row("the pinned CA's certificate appended to a stranger's chain", "pin-mismatch, 3 on the path", "$seen, ${(page.holds.single()["chain"] as List<*>).size} on the path", server, 0)
    }

    @Test
    fun `policy change`() {
        val (page, server, bridge) = world(rule("localhost", leaf.pin), deadline = 20_000)
        page.fetch(server.url()).outcome()
        page.policy(2, rule("localhost", OTHER))
        val seen = page.fetch(server.url()).outcome()
        row("policy change, pooled connection", "pin-mismatch, asked twice", "$seen, asked ${times(page)}", server, 1)

        page.delay(-1)
        val call = call(bridge, server.url())
        eventually { page.holds.size == 3 }
        page.policy(3, rule("localhost", leaf.pin))
        row("policy change while a connection waits", "policy-changed", call.get(15, TimeUnit.SECONDS), server, 1)
    }

    @Test
    fun `policy change during a response`() {
        val (page, server) = world(rule("localhost", leaf.pin))
        server.answer = { MockResponse().setBody("hello").setHeadersDelay(if (it.path == "/slow") 2_000L else 0L, TimeUnit.MILLISECONDS) }
        val slow = page.fetch(server.url(path = "/slow"))
        eventually { server.requests.isNotEmpty() }
        page.policy(2, rule("localhost", leaf.pin))
        val first = slow.outcome()
        val second = page.fetch(server.url()).outcome()
        row("policy change while a response is on its way", "200 hello, 200 hello, on 2 connections", "$first, $second, on ${server.connections} connections", server, 2)
    }

    @Test
    fun `what the platform refuses`() {
        val stranger = Authorities.stranger
        val (page, server) = world(rule("localhost", OTHER), server = server(stranger.leaf("localhost"), stranger))
        row("a CA that nobody trusts", "untrusted, asked never", "${page.fetch(server.url()).outcome()}, asked ${times(page)}", server, 0)

        val (other, named) = world(rule("localhost", leaf.pin), server = server(Authorities.public.leaf("elsewhere.test")))
        row("a certificate for another name", "untrusted, asked never", "${other.fetch(named.url()).outcome()}, asked ${times(other)}", named, 0)
    }

    @Test
    fun `no second try`() {
        val twice = OkHttpClient.Builder().dns(dns(2)).build()
        val (page, server) = world(rule("localhost", OTHER), base = twice)
        val seen = page.fetch(server.url()).outcome()
        row("wrong pin, and the host has two addresses", "pin-mismatch, asked once", "$seen, asked ${times(page)}", server, 0)
    }

    @Test
    fun redirects() {
        val (page, server) = world(rule("a.test", leaf.pin), rule("b.test", OTHER))
        server.answer = { request ->
            val to = if (request.path == "/to-b") server.url("b.test") else "http://a.test/"
            MockResponse().setResponseCode(302).setHeader("Location", to)
        }
        row("redirect to a host with a wrong pin", "pin-mismatch, asked twice", "${page.fetch(server.url("a.test", "/to-b")).outcome()}, asked ${times(page)}", server, 1)
        row("redirect to http", "network", page.fetch(server.url("a.test", "/to-http")).outcome(), server, 2)
    }

    @Test
    fun `abort and timeout`() {
        val (page, server) = world(rule("localhost", leaf.pin), deadline = 20_000)
        page.delay(-1)
        row("timeout while the connection waits", "timeout", page.fetch(server.url(), """{"timeout":300}""").outcome(), server, 0)
    }

    @Test
    fun `self-test`() {
        val (page, server) = world(rule("localhost", leaf.pin))
        page.fetch(server.url()).outcome()
        val seen = page.selfTest(server.url()).get(10, TimeUnit.SECONDS)
        row("self-test: a pin that cannot match, on a connection of its own", "refused, asked twice", "${if (seen["refused"] == true) "refused" else "$seen"}, asked ${times(page)}", server, 1)
    }
}

/** A platform whose clock and timers stand still, and that nobody hears. */
private object Stopped : GatePlatform {
    override fun send(text: String) = Unit

    override fun random() = "0".repeat(32)

    override fun now() = 0L

    override fun after(millis: Long, then: () -> Unit) = {}

    override fun drop() = Unit

    override fun enforce(pins: EnforcedPins) = false

    override fun start(request: FetchRequest) = Unit

    override fun cancel(request: Long) = Unit
}
