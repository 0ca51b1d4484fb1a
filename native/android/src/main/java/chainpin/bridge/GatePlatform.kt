package chainpin.bridge

/** What a [Gate] needs of the platform. All of it is called while the gate decides, so nothing here may wait, or throw. */
interface GatePlatform {
    /** To the app's own main frame, and to that only, in this order. Nobody hears it if that is gone. */
    fun send(text: String)

    /** 128 bits from a secure source, as 32 lower-case hexadecimal digits. */
    fun random(): String

    /** Milliseconds of a clock that never goes back. */
    fun now(): Long

    /** Runs [then] after [millis], on a thread of native's own, whatever the page does. Returns what stops that. */
    fun after(millis: Long, then: () -> Unit): () -> Unit

    /** Drops pooled connections and TLS sessions. */
    fun drop()

    /** Stores the pins, then enforces them, all or none. False: they could not be stored, and nothing has changed. */
    fun enforce(pins: EnforcedPins): Boolean

    /** Begins a request, which ends with the gate's `respond` or `fail`. */
    fun start(request: FetchRequest)

    /** Ends a request, and a connection that is held for it; the gate has told the page. */
    fun cancel(request: Long)
}
