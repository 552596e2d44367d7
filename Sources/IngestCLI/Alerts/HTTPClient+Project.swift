import Ports
import HTTPClient
import Settings

extension HTTPClient {
    /// As the project's settings and the environment say.
    convenience init(_ project: ProjectSettings, environment: [String: String]) throws {
        let settings = project.settings
        var options = Options(userAgent: "ingest/" + Version.number)
        options.authorities = settings["network", "ca_file"].map { settings.project.path(of: $0.shown) }
        options.proxy = try Self.proxy(project, environment)
        self.init(options)
    }

    /// Of the usual variables http_proxy counts in small letters only: a web server sets HTTP_PROXY from a header.
    private static func proxy(_ project: ProjectSettings, _ environment: [String: String]) throws -> ProxyRules? {
        func variable(_ names: String...) -> String? {
            names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        let except = variable("no_proxy", "NO_PROXY")
        if let proxy = try project.settings.text(["network", "proxy"], secrets: project.secrets) {
            return ProxyRules(http: proxy, https: proxy, except: except)
        }
        let all = variable("all_proxy", "ALL_PROXY")
        let rules = ProxyRules(
            http: variable("http_proxy") ?? all, https: variable("https_proxy", "HTTPS_PROXY") ?? all, except: except)
        return rules.http == nil && rules.https == nil ? nil : rules
    }
}

extension EffectiveSettings {
    /// The value in force, with a reference fetched now.
    func text(_ path: [String], secrets: SecretResolvers) throws -> String? {
        try secret(path, secrets)?.reveal()
    }

    /// The key's default where it has one.
    func seconds(_ path: String...) -> Double? {
        if case .duration(let seconds)? = entry(path)?.value { seconds } else { nil }
    }
}
