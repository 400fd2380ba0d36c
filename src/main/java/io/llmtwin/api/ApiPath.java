package io.llmtwin.api;

import io.llmtwin.keys.Role;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;

/** Tells the API's paths from those of the page and the contract, which cost nothing and hide nothing. */
final class ApiPath {
    static final String DOCUMENTS = "/api/v1/documents";

    private static final String TRACES = "/api/v1/traces";
    private static final Set<String> ASKED_BY_CLIENTS =
            Set.of("/api/v1/generate", "/api/v1/search", "/api/v1/feedback");

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

    /** Who may do what {@code request} asks for. What is new is for engineers until it is said to be for clients. */
    static Role role(HttpServletRequest request) {
        return isForClients(request.getServletPath()) ? Role.CLIENT : Role.ENGINEER;
    }

    /** Whether {@code request} is about all that there is, whoever wrote it, as a revision of the pipeline is. */
    static boolean reachesEveryAuthor(HttpServletRequest request) {
        String path = request.getServletPath();
        return !isForClients(path) && !isAt(path, DOCUMENTS) && !isAt(path, TRACES);
    }

    private static boolean isForClients(String path) {
        return isOpenAi(path) || ASKED_BY_CLIENTS.contains(path);
    }

    private static boolean isAt(String path, String root) {
        return path.equals(root) || path.startsWith(root + "/");
    }
}
