package chainpin.bridge

import java.util.WeakHashMap

/**
 * The native side of the bridge, as one state machine without a platform. The contract is docs/bridge.md of chainpin; `js/bridge/gate.ts`
 * is its mirror, and both run the same conformance suite. It decides about one call after the other, and never waits.
 *
 * @param deadline how long a connection waits for its verdict: 100 to 60,000 ms
 * @param enforced the sequence of the pins that are enforced already: stored by an earlier run, or embedded
 */
class Gate(private val platform: GatePlatform, private val deadline: Long = DEFAULT_DEADLINE, private var enforced: Long = 0) {
    private var session: String? = null
    private var epoch = 0L
    private var lastRequest = 0L
    private val pending = LinkedHashMap<String, Pending>()

    /** What was allowed since the gate last started afresh. Weak, so that a connection takes its verdicts along. */
    private val allowed = WeakHashMap<Any, MutableSet<Site>>()

    /** Running requests, with what stops their timers. */
    private val running = LinkedHashMap<Long, () -> Unit>()

    init {
        require(deadline in 100..60_000) { "the deadline must be 100 to 60,000 ms, got $deadline" }
    }

    /** Asks whether a connection may be used. [decide] is called once, before this returns or later; it must not wait. */
    @Synchronized
    fun open(held: HeldConnection, decide: (Decision) -> Unit): Held {
        val session = this.session ?: return refuseAtOnce(Refusal.NOT_ATTACHED, held, decide)
        if (allowed[held.connection]?.contains(held.site) == true) {
            decide(Decision.GoOn)
            return Held.NONE
        }
        if (held.chain.isEmpty() || held.chain.size > MOST_CERTIFICATES || held.chain.sumOf { it.size } > MOST_CHAIN_BYTES) {
            return refuseAtOnce(Refusal.CHAIN_INVALID, held, decide)
        }
        if (pending.size >= MOST_PENDING) return refuseAtOnce(Refusal.TOO_MANY, held, decide)

        val id = platform.random()
        val until = platform.now() + deadline
        val stop = platform.after(deadline) { refuse(id, Refusal.DEADLINE) }
        pending[id] = Pending(held.connection, held.site, until, stop, decide)
        send(hold(session, id, held))
        return Held(id) { refuse(id, Refusal.CLOSED) }
    }

    /** A connection has closed: nobody waits for its verdicts, and they are forgotten. */
    @Synchronized
    fun closed(connection: Any) {
        pending.filterValues { it.connection == connection }.keys.forEach { refuse(it, Refusal.CLOSED) }
        allowed.remove(connection)
    }

    /** Whether nobody waits for this connection, and nobody may use it. */
    @Synchronized
    fun isUnused(connection: Any): Boolean = allowed[connection] == null && pending.values.none { it.connection == connection }

    /** The page has closed, reloaded or navigated, or its process or runtime has ended. */
    @Synchronized
    fun pageClosed() {
        if (session != null) endSession(Refusal.PAGE_CLOSED)
    }

    /** A message of the app's own main frame. It is parsed before its turn: that of 16 MiB would keep decisions waiting. */
    fun receive(text: String) = receive(parse(text))

    @Synchronized
    private fun receive(parsed: Parsed) {
        when (parsed) {
            is Parsed.Faulty -> {
                val (fault, session, id) = parsed
                if (session != null && session == this.session && id in pending) refuse(id as String, fault) else notice(fault.code)
            }
            is Parsed.Read -> when (val message = parsed.message) {
                is Message.Attach -> attach(message)
                is Message.InSession -> if (message.session == session) receive(message, message.session) else notice(WRONG_SESSION)
            }
        }
    }

    private fun receive(message: Message.InSession, session: String) = when (message) {
        is Message.Answer -> answer(message)
        is Message.Policy -> changePolicy(message.sequence)
        is Message.Push -> push(message, session)
        is Message.Fetch -> fetch(message.request, session)
        is Message.Abort -> abort(message.request, FetchFailure.ABORTED, "aborted by the app")
        is Message.Detach -> endSession(Refusal.PAGE_CLOSED)
    }

    /** A request has ended with a response. */
    @Synchronized
    fun respond(request: Long, response: FetchResponse) {
        if (response.body.size > MOST_BODY_BYTES) {
            return fail(request, FetchFailure.BODY_TOO_LARGE, "the response has more than $MOST_BODY_BYTES bytes")
        }
        val session = this.session ?: return
        if (end(request)) send(response(session, request, response))
    }

    /** A request has ended without one; [held]: the id of the hold whose refusal is why. [code]: a [Refusal]'s or a [FetchFailure]'s. */
    @Synchronized
    fun fail(request: Long, code: String, message: String, held: String? = null) {
        val session = this.session ?: return
        if (end(request)) send(failure(session, request, code, held, message))
    }

    private fun attach(message: Message.Attach) {
        if (message.sequence < epoch) return send(attached(null, message.nonce, Refusal.WRONG_SEQUENCE.code))
        if (session == null) startAfresh() else endSession(Refusal.SUPERSEDED)
        epoch = message.sequence
        lastRequest = 0
        val session = platform.random()
        this.session = session
        send(attached(session, message.nonce, null))
    }

    private fun answer(answer: Message.Answer) {
        val pending = pending[answer.id] ?: return notice(UNKNOWN_ID, answer.id)
        // A timer may fire late; the clock does not.
        if (platform.now() >= pending.until) return refuse(answer.id, Refusal.DEADLINE)
        if (answer.sequence != epoch) return refuse(answer.id, Refusal.WRONG_SEQUENCE)
        if (!answer.ok) return refuse(answer.id, Refusal.REJECTED)
        take(answer.id)
        allowed.getOrPut(pending.connection) { HashSet() }.add(pending.site)
        pending.decide(Decision.GoOn)
    }

    private fun changePolicy(sequence: Long) {
        if (sequence < epoch) return notice(Refusal.WRONG_SEQUENCE.code)
        epoch = sequence
        refuseAll(Refusal.POLICY_CHANGED)
        startAfresh()
    }

    private fun push(push: Message.Push, session: String) {
        val code = when {
            push.pins.sequence != epoch || push.pins.sequence < enforced -> Refusal.WRONG_SEQUENCE.code
            !platform.enforce(push.pins) -> STORE_FAILED
            else -> null
        }
        if (code == null) {
            enforced = push.pins.sequence
            startAfresh()
        }
        send(pushed(session, push.pins.sequence, code))
    }

    private fun fetch(request: FetchRequest, session: String) {
        if (request.number <= lastRequest) return notice(Refusal.PROTOCOL.code)
        lastRequest = request.number
        if (running.size >= MOST_RUNNING) {
            return send(failure(session, request.number, Refusal.TOO_MANY.code, null, "$MOST_RUNNING requests are running already"))
        }
        if (request.isInvalid()) return send(failure(session, request.number, FetchFailure.REQUEST_INVALID, null, WHY_INVALID))
        running[request.number] = platform.after(request.timeout) {
            abort(request.number, FetchFailure.TIMEOUT, "not done within ${request.timeout} ms")
        }
        platform.start(request)
    }

    @Synchronized
    private fun abort(request: Long, code: String, message: String) {
        if (request !in running) return
        platform.cancel(request)
        fail(request, code, message)
    }

    /** Whether a request was running; it is not any more. */
    private fun end(request: Long): Boolean {
        val stop = running.remove(request) ?: return false
        stop()
        return true
    }

    private fun endSession(code: Refusal) {
        session = null
        refuseAll(code)
        for (request in running.keys.toList()) {
            end(request)
            platform.cancel(request)
        }
        startAfresh()
    }

    private fun startAfresh() {
        allowed.clear()
        platform.drop()
    }

    private fun refuseAll(code: Refusal) = pending.keys.toList().forEach { refuse(it, code) }

    @Synchronized
    private fun refuse(id: String, code: Refusal) {
        val pending = take(id) ?: return
        pending.decide(Decision.Refused(code))
        if (code.isTold) notice(code.code, id, pending.site.host)
    }

    private fun refuseAtOnce(code: Refusal, held: HeldConnection, decide: (Decision) -> Unit): Held {
        decide(Decision.Refused(code))
        if (code.isTold) notice(code.code, null, held.site.host)
        return Held.NONE
    }

    private fun take(id: String): Pending? = pending.remove(id)?.also { it.stop() }

    private fun notice(code: String, id: String? = null, host: String? = null) {
        session?.let { send(notice(it, code, id, host)) }
    }

    private fun send(text: String) = platform.send(text)

    private class Pending(val connection: Any, val site: Site, val until: Long, val stop: () -> Unit, val decide: (Decision) -> Unit)

    companion object {
        const val DEFAULT_DEADLINE = 5_000L

        /** An app that opens more at once has a fault; and each may hold 256 KiB. */
        const val MOST_PENDING = 1_000
        const val MOST_RUNNING = 1_000
        const val MOST_CERTIFICATES = 16
        const val MOST_CHAIN_BYTES = 256 shl 10
        const val MOST_BODY_BYTES = 16 shl 20

        private const val UNKNOWN_ID = "unknown-id"
        private const val WRONG_SESSION = "wrong-session"
        private const val STORE_FAILED = "store-failed"
        private const val WHY_INVALID = "a body with GET or HEAD, a user in the URL, or a header that native sets"
    }
}
