import Foundation

/// The request that a redirect asks for, by the Fetch Standard's rules (4.4, HTTP-redirect fetch), and to https only.
enum Redirect {
    /// Nil: it leads to what is no https address.
    static func next(after request: URLRequest, status: Int, to url: URL?) -> URLRequest? {
        guard let url = url, let to = Address.site(of: url) else { return nil }
        var next = request
        next.url = url
        let method = request.httpMethod ?? "GET"
        if status == 303 ? !["GET", "HEAD"].contains(method) : status < 303 && method == "POST" {
            next.httpMethod = "GET"
            next.httpBody = nil
            for name in (request.allHTTPHeaderFields ?? [:]).keys where name.lowercased().hasPrefix("content-") { next.setValue(nil, forHTTPHeaderField: name) }
        }
        if to != request.url.flatMap(Address.site) {
            for name in ["Authorization", "Cookie", "Proxy-Authorization"] { next.setValue(nil, forHTTPHeaderField: name) }
        }
        return next
    }
}
