import HTTPClient
import Ports

/// Sends figures to those who collect them. What cannot be sent is lost: the next run has newer ones.
package struct MetricsPost {
    private let client: HTTPClient
    private let seconds: Double
    private let stop: StopSignal?

    package init(client: HTTPClient, seconds: Double, stop: StopSignal? = nil) {
        self.client = client
        self.seconds = seconds
        self.stop = stop
    }

    /// Replaces what the gateway has of this project (https://github.com/prometheus/pushgateway#put-method).
    package func push(
        _ families: [MetricFamily], project: String, to gateway: String, credentials: (user: String, password: String)?
    ) throws {
        var base = gateway
        while base.hasSuffix("/") { base.removeLast() }
        let address = try WebAddress(base + "/metrics/job/ingest/project/" + PercentEncoding.encoded(project))
        var request = HTTPRequest(
            .put, address, headers: [.init("Content-Type", "text/plain; version=0.0.4; charset=utf-8")],
            body: .bytes(Array(PrometheusText.text(families).utf8)))
        request.credentials = credentials
        try send(&request)
    }

    /// - Parameter signal: `metrics` or `traces`.
    package func export(
        _ body: JSONValue, signal: String, to collector: String, headers: [(name: String, value: String)]
    ) throws {
        var base = collector
        while base.hasSuffix("/") { base.removeLast() }
        var request = HTTPRequest(
            .post, try WebAddress(base + "/v1/" + signal),
            headers: [.init("Content-Type", "application/json")] + headers.map { .init($0.name, $0.value) },
            body: .bytes(body.bytes))
        try send(&request)
    }

    /// Twice, where the first failure may pass by itself and there is time.
    private func send(_ request: inout HTTPRequest) throws {
        let clock = SystemClock()
        let end = clock.seconds + seconds
        request.destination = .memory(limit: 64 << 10)
        for isLast in [false, true] {
            let left = max(0.1, end - clock.seconds)
            request.times = HTTPTimes(connectSeconds: left, stallSeconds: left, totalSeconds: left)
            do {
                _ = try client.send(request, stop: stop).checked()
                return
            } catch let fault as HTTPFault {
                let pause = min(fault.retryAfterSeconds ?? 0.5, 5)
                guard !isLast, fault.kind == .transient, end - clock.seconds > pause else { throw fault }
                if stop?.wait(seconds: pause) == true { throw fault }
            }
        }
    }
}
