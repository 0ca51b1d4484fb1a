package chainpin.bridge

import java.util.concurrent.TimeUnit
import okhttp3.mockwebserver.MockResponse
import okhttp3.mockwebserver.RecordedRequest
import okio.Buffer
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** What a page's request is at the server, and what comes back. */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34], manifest = Config.NONE)
class RequestTest : Worlds() {
    private fun echo(request: RecordedRequest) =
        MockResponse().setBody("${request.method} ${request.body.readUtf8()} ${request.getHeader("x-mine")} ${request.getHeader("authorization")}")

    @Test
    fun `body and headers`() {
        val (page, server) = world(rule("localhost", leaf.pin))
        server.answer = ::echo
        val seen = page.fetch(server.url(), """{"method":"POST","body":"grüße","headers":{"X-Mine":"1","Authorization":"secret"}}""").outcome()
        row("POST with a body and headers", "200 POST grüße 1 secret", seen, server, 1)
    }

    @Test
    fun `redirects keep and drop what the Fetch Standard says`() {
        val (page, server) = world(rule("a.test", leaf.pin), rule("b.test", leaf.pin))
        server.answer = { request ->
            if (request.path == "/end") echo(request) else MockResponse().setResponseCode(request.path!!.drop(1).toInt()).setHeader("Location", server.url("b.test", "/end"))
        }
        val init = """{"method":"POST","body":"b","headers":{"X-Mine":"1","Authorization":"secret"}}"""
        row("POST, 302 to another host", "200 GET  1 null", page.fetch(server.url("a.test", "/302"), init).outcome(), server, 2)
        row("POST, 307 to another host", "200 POST b 1 null", page.fetch(server.url("a.test", "/307"), init).outcome(), server, 4)
    }

    @Test
    fun `what OkHttp cannot send`() {
        val (page, server) = world(rule("localhost", leaf.pin))
        server.answer = ::echo
        row("a header that is not ASCII", "200 GET  é null", page.fetch(server.url(), """{"headers":{"X-Mine":"é"}}""").outcome(), server, 1)
        row("an address without a host", "request-invalid", page.fetch("https://:1/").outcome(), server, 1)
    }

    @Test
    fun `endless redirects`() {
        val (page, server) = world(rule("localhost", leaf.pin))
        server.answer = { MockResponse().setResponseCode(302).setHeader("Location", "/") }
        row("endless redirects", "network", page.fetch(server.url()).outcome(), server, 21)
    }

    @Test
    fun `a redirect to what a message cannot say`() {
        val (page, server) = world(rule("localhost", leaf.pin))
        val long = "/" + "a".repeat(9_000)
        server.answer = { request ->
            when (request.path) {
                "/fragment" -> MockResponse().setResponseCode(302).addHeaderLenient("Location", "/end#ü")
                "/long" -> MockResponse().setResponseCode(302).setHeader("Location", long)
                else -> MockResponse().setBody("end")
            }
        }
        row("a redirect to a fragment that is not ASCII", "200 end", page.fetch(server.url(path = "/fragment")).outcome(), server, 2)
        row("a redirect to more than 8,192 characters", "network", page.fetch(server.url(path = "/long")).outcome(), server, 4)
    }

    @Test
    fun `too large`() {
        val (page, server) = world(rule("localhost", leaf.pin))
        server.answer = { MockResponse().setBody(Buffer().write(ByteArray(Gate.MOST_BODY_BYTES + 1))) }
        row("a response of more than 16 MiB", "body-too-large", page.fetch(server.url()).outcome(), server, 1)
    }

    @Test
    fun `many at once`() {
        val (page, server) = world(rule("localhost", leaf.pin))
        val seen = List(500) { page.fetch(server.url(path = "/$it")) }.map { it.outcome() }.distinct()
        row("500 requests at once", "200 hello", seen.joinToString(), server, 500)
    }

    @Test
    fun `none is leaked`() {
        val (page, server, bridge) = world(rule("localhost", leaf.pin), deadline = 20_000)
        page.delay(-1)
        val calls = List(40) { call(bridge, server.url()) }
        eventually { page.holds.size == 40 }
        page.closed()
        val seen = calls.map { it.get(15, TimeUnit.SECONDS) }.distinct()
        row("the page closes while 40 connections wait", "page-closed", seen.joinToString(), server, 0)
    }
}
