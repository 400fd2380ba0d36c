package io.llmtwin.api;

import jakarta.servlet.http.HttpServletRequest;

/** Tells the API's paths from those of the page and the contract, which cost nothing and hide nothing. */
final class ApiPath {
    static final String DOCUMENTS = "/api/v1/documents";

    private ApiPath() {}

    static boolean matches(HttpServletRequest request) {
        String path = request.getServletPath();
        return path.startsWith("/api/") || isOpenAi(path);
    }

    /** Whether what is at {@code path} is OpenAI's, so that errors have its form. */
    static boolean isOpenAi(String path) {
        return path.startsWith("/v1/");
    }

    /** Whether {@code request} brings documents, which are larger than questions. */
    static boolean isUpload(HttpServletRequest request) {
        return request.getMethod().equals("POST") && request.getServletPath().equals(DOCUMENTS);
    }
}
