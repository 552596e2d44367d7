extension JobColumn {
    static let apiColumns: [(column: JobColumn, spec: SheetColumnSpec)] = [
        (
            .apiEndpoint,
            SheetColumnSpec(
                "api_endpoint", aliases: ["endpoint"], group: .api, kind: .name, width: 22, example: "/coins/markets",
                "The path behind the source's base_url. Blank: table_name.")
        ),
        (
            .apiMethod,
            SheetColumnSpec(
                "api_method", aliases: ["method", "http_method"], group: .api,
                kind: .choice([CellChoice("GET"), CellChoice("POST")]), width: 10, example: "GET",
                "The HTTP method. Blank: GET.")
        ),
        (
            .params,
            SheetColumnSpec(
                "params", aliases: ["query_params"], group: .api, kind: .pairs, width: 24,
                example: "vs_currency=usd",
                "Query parameters, one name=value per line, or JSON.")
        ),
        (
            .headers,
            SheetColumnSpec(
                "headers", group: .api, kind: .pairs, width: 20, example: "Accept=application/json",
                "HTTP headers, one name=value per line, or JSON. Credentials stand in the settings, never here.")
        ),
        (
            .body,
            SheetColumnSpec(
                "body", aliases: ["request_body"], group: .api, kind: .prose, width: 20, example: "{\"active\": true}",
                "The body of a POST.")
        ),
        (
            .dataSelector,
            SheetColumnSpec(
                "data_selector", aliases: ["data_path"], group: .api, kind: .name, width: 16, example: "data.items",
                "Where the rows are in the answer. Blank: found by looking.")
        ),
        (
            .paginationType,
            SheetColumnSpec(
                "pagination_type", aliases: ["pagination"], group: .api,
                kind: .choice([
                    CellChoice("single_page", aliases: ["none", "single"]),
                    CellChoice("page_number", aliases: ["page"]),
                    CellChoice("offset"), CellChoice("cursor"), CellChoice("header_link", aliases: ["link_header"]),
                    CellChoice("json_link", aliases: ["json_response", "next_url"]),
                ]), width: 15, example: "page_number",
                "How the API divides long answers. Blank: as the settings say.")
        ),
        (
            .pageSize,
            SheetColumnSpec(
                "page_size", aliases: ["per_page"], group: .api, kind: .integer(1...1_000_000), width: 10,
                example: "100",
                "Rows per page. Blank: as the settings say.")
        ),
        (
            .authType,
            SheetColumnSpec(
                "auth_type", group: .api,
                kind: .choice([
                    CellChoice("none"), CellChoice("api_key"),
                    CellChoice("bearer", aliases: ["bearer_token", "token"]),
                    CellChoice("basic"), CellChoice("oauth2", aliases: ["oauth", "oauth2_client_credentials"]),
                    CellChoice("hmac"), CellChoice("aws_sigv4"),
                ]), width: 12, example: "api_key",
                "How the API knows us. Blank: as the settings say; they also hold the key.")
        ),
        (
            .forEach,
            SheetColumnSpec(
                "for_each", group: .api, kind: .name, width: 18, example: "customers.id",
                "Calls the endpoint once per value of another job's column.")
        ),
        (
            .step,
            SheetColumnSpec(
                "step", group: .api, kind: .name, width: 10, example: "1d",
                "Divides the window into pieces of this length, one series of calls each.")
        ),
    ]
}
