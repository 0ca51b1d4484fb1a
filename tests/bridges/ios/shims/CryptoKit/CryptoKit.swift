// SHA-256 (FIPS 180-4), with CryptoKit's signature.
import Foundation

public struct SHA256Digest: Sequence, Sendable {
    let bytes: [UInt8]

    public func makeIterator() -> IndexingIterator<[UInt8]> {
        bytes.makeIterator()
    }
}

public enum SHA256 {
    public static func hash<D: DataProtocol>(data: D) -> SHA256Digest {
        var message = [UInt8](data)
        let bits = UInt64(message.count) * 8
        message.append(0x80)
        while message.count % 64 != 56 { message.append(0) }
        message += (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
        var state = start
        for block in stride(from: 0, to: message.count, by: 64) { add(message[block..<block + 64], to: &state) }
        return SHA256Digest(bytes: state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32($0))) } })
    }

    private static func add(_ block: ArraySlice<UInt8>, to state: inout [UInt32]) {
        let bytes = Array(block)
        var w = (0..<16).map { index in bytes[4 * index..<4 * index + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
        for t in 16..<64 {
            let s0 = turned(w[t - 15], 7) ^ turned(w[t - 15], 18) ^ w[t - 15] >> 3
            let s1 = turned(w[t - 2], 17) ^ turned(w[t - 2], 19) ^ w[t - 2] >> 10
            w.append(w[t - 16] &+ s0 &+ w[t - 7] &+ s1)
        }
        var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7])
        for t in 0..<64 {
            let s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)
            let t1 = h &+ s1 &+ (e & f ^ ~e & g) &+ constants[t] &+ w[t]
            let s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)
            let t2 = s0 &+ (a & b ^ a & c ^ b & c)
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ t1, c, b, a, t1 &+ t2)
        }
        for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] = state[index] &+ word }
    }

    private static func turned(_ word: UInt32, _ by: UInt32) -> UInt32 {
        word >> by | word << (32 - by)
    }

    // Fractions of the square roots of the first 8 primes, of the cube roots of the first 64 (4.2.2, 5.3.3).
    private static let primes = (2...311).filter { number in !(2..<number).contains { number % $0 == 0 } }
    private static let start = primes.prefix(8).map { root($0, 2) }
    private static let constants = primes.map { root($0, 3) }

    /// The first 32 bits of the fraction, in whole numbers: floor(root(n · 2^(32·power))) mod 2^32.
    private static func root(_ number: Int, _ power: Int) -> UInt32 {
        var low: UInt64 = 0
        for bit in stride(from: UInt64(36), through: 0, by: -1) {
            let guess = low | 1 << bit
            if isAtMost(guess, number, power) { low = guess }
        }
        return UInt32(truncatingIfNeeded: low)
    }

    /// guess^power <= number · 2^(32·power), by 32-bit digits.
    private static func isAtMost(_ guess: UInt64, _ number: Int, _ power: Int) -> Bool {
        var product: [UInt64] = [1]
        for _ in 0..<power { product = times(product, guess) }
        let limit = [UInt64](repeating: 0, count: power) + [UInt64(number)]
        let width = max(product.count, limit.count)
        for index in stride(from: width - 1, through: 0, by: -1) {
            let (left, right) = (index < product.count ? product[index] : 0, index < limit.count ? limit[index] : 0)
            if left != right { return left < right }
        }
        return true
    }

    private static func times(_ digits: [UInt64], _ factor: UInt64) -> [UInt64] {
        let (high, low) = (factor >> 32, factor & 0xffff_ffff)
        var out = [UInt64](repeating: 0, count: digits.count + 3)
        for (index, digit) in digits.enumerated() {
            for (offset, part) in [low, high].enumerated() {
                var carry = digit * part
                var place = index + offset
                while carry != 0 {
                    carry += out[place]
                    out[place] = carry & 0xffff_ffff
                    carry >>= 32
                    place += 1
                }
            }
        }
        return out
    }
}
