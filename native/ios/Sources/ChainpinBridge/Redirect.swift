import Foundation

/// What iOS would ask next, made fit: to https only, with the body where the method stays, and without what belongs to another host.
enum Redirect {
    /// Nil: it leads to what is no https address.
    static func next(_ request: URLRequest, after: URLRequest?) -> URLRequest? {
        guard let to = request.url, to.scheme?.lowercased() == "https", let host = to.host else { return nil }
        var next = request
        if next.httpMethod == after?.httpMethod { next.httpBody = after?.httpBody }
        let from = after?.url
        if host.lowercased() != from?.host?.lowercased() || to.port ?? 443 != from?.port ?? 443 {
            for name in ["Authorization", "Cookie", "Proxy-Authorization"] { next.setValue(nil, forHTTPHeaderField: name) }
        }
        return next
    }
}
