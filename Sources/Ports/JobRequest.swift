/// How a job asks an API.
package struct JobRequest: Equatable, Sendable {
    package struct Pair: Equatable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package enum Method: String, CaseIterable, Sendable {
        case get = "GET"
        case post = "POST"
    }

    package enum Pagination: String, CaseIterable, Sendable {
        case singlePage = "single_page"
        case pageNumber = "page_number"
        case offset, cursor
        case headerLink = "header_link"
        case jsonLink = "json_link"
    }

    package enum Authentication: String, CaseIterable, Sendable {
        case none
        case apiKey = "api_key"
        case bearer, basic, oauth2, hmac
        case awsSigV4 = "aws_sigv4"
    }

    /// Appended to the source's `base_url`; nil: the table's name.
    package var endpoint: String?
    package var method: Method?
    package var parameters: [Pair] = []
    package var headers: [Pair] = []
    package var body: String?
    package var dataSelector: String?
    package var pagination: Pagination?
    package var pageSize: Int?
    package var authentication: Authentication?
    package var forEach: String?
    package var step: String?

    package init() {}
}
