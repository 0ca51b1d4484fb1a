package chainpin.oracles

import java.io.ByteArrayInputStream
import java.io.File
import java.security.cert.CertificateFactory
import java.security.cert.X509Certificate
import org.json.JSONArray
import org.json.JSONObject

/** What main.mjs wrote: certificates, and for each peer one text a line with the connections to judge. */
object Cases {
    private val folder = File(System.getProperty("chainpin.cases"))
    private val certificates = JSONObject(folder.resolve("certificates.json").readText())

    /** Leaf first, the root last. */
    val chains: Map<String, List<X509Certificate>> = certificates.getJSONObject("chains").let { chains ->
        chains.keys().asSequence().associateWith { parsed(chains.getJSONArray(it)) }
    }

    /** CAs of the device, and those that its user added. */
    val system = parsed(certificates.getJSONArray("system"))
    val user = parsed(certificates.getJSONArray("user"))

    fun read(peer: String): List<Case> = folder.resolve("$peer.jsonl").readLines().map { Case(JSONObject(it)) }

    /** One line a text: the verdicts in the order of the connections, or why the peer refused the text. */
    fun answer(peer: String, answers: List<JSONObject>) = folder.resolve("$peer.answers.jsonl").writeText(answers.joinToString("") { "$it\n" })

    private fun parsed(pems: JSONArray): List<X509Certificate> {
        val factory = CertificateFactory.getInstance("X.509")
        return List(pems.length()) { factory.generateCertificate(ByteArrayInputStream(pems.getString(it).toByteArray())) as X509Certificate }
    }
}

class Case(json: JSONObject) {
    val id: Int = json.getInt("id")
    val text: String = json.optString("text")

    /** Of the device, as `GMT+09:00`. */
    val zone: String = json.optString("zone")

    /** For which Android the app was written: before 24, CAs of the user were trusted by default. */
    val targetSdk: Int = json.optInt("targetSdk")
    val connections: List<Connection> = json.getJSONArray("connections").let { list -> List(list.length()) { Connection(list.getJSONObject(it)) } }
}

class Connection(json: JSONObject) {
    val host: String = json.getString("host")
    val chain: List<X509Certificate> = Cases.chains.getValue(json.getString("chain"))

    /** Milliseconds since 1970. */
    val at: Long = json.optLong("at")
}

fun verdicts(verdicts: Array<String?>): JSONObject = JSONObject().put("verdicts", JSONArray(verdicts))

fun refused(why: Throwable): JSONObject = JSONObject().put("error", generateSequence(why) { it.cause }.last().toString())
