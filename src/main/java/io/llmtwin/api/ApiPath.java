package io.llmtwin.api;

import jakarta.servlet.http.HttpServletRequest;

/** Tells the API's paths from those of the page and the contract, which cost nothing and hide nothing. */
final class ApiPath {
    private ApiPath() {}

    static boolean matches(HttpServletRequest request) {
        String path = request.getServletPath();
        return path.startsWith("/api/") || isOpenAi(path);
    }

    /** Whether what is at {@code path} is OpenAI's, so that errors have its form. */
    static boolean isOpenAi(String path) {
        return path.startsWith("/v1/");
    }
}
