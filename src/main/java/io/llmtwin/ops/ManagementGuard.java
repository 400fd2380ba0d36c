package io.llmtwin.ops;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.llmtwin.keys.Caller;
import io.llmtwin.keys.Credentials;
import io.llmtwin.keys.KeyRing;
import io.llmtwin.keys.LoopbackName;
import io.llmtwin.keys.Role;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets everybody who reaches the management port see health and metrics, and asks for a key with the role {@code ops}
 * before anything else: as a bearer token, or, for browsers, as the password of HTTP's basic authentication with any user
 * name. Where no key is set, what only looks is open, and Hawtio, which reaches into the process, is closed.
 */
final class ManagementGuard extends OncePerRequestFilter {
    private static final Set<String> OPEN = Set.of("", "health", "prometheus");
    private static final Set<String> NEVER_WITHOUT_KEYS = Set.of("hawtio", "jolokia");
    /** Where Hawtio would fetch what a request names. */
    private static final Pattern PROXY = Pattern.compile("/hawtio/+proxy(/|$)", Pattern.CASE_INSENSITIVE);

    private static final Set<String> OWN_PAGES = Set.of("same-origin", "none");

    private final KeyRing keys;
    private final String basePath;
    private final ObjectMapper json;

    /**
     * A guard of actuator endpoints.
     *
     * @param basePath below which they are, without a slash at its end
     */
    ManagementGuard(KeyRing keys, String basePath, ObjectMapper json) {
        this.keys = keys;
        this.basePath = basePath;
        this.json = json;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return endpoint(request) == null;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String endpoint = endpoint(request);
        if (PROXY.matcher(request.getServletPath()).find()) {
            refuse(response, HttpStatus.NOT_FOUND, "there is no proxy to other servers");
        } else if (keys.isEmpty() && !LoopbackName.is(request.getServerName())) {
            refuse(
                    response,
                    HttpStatus.FORBIDDEN,
                    "without LLM_TWIN_API_KEYS only localhost is answered, by that name");
        } else if (endpoint == null || OPEN.contains(endpoint)) {
            chain.doFilter(request, response);
        } else if (isFromForeignPage(request)) {
            refuse(response, HttpStatus.FORBIDDEN, "another site's page can't use this");
        } else if (keys.isEmpty()) {
            if (NEVER_WITHOUT_KEYS.contains(endpoint)) {
                refuse(
                        response,
                        HttpStatus.FORBIDDEN,
                        "set LLM_TWIN_API_KEYS to open Hawtio to a key with the role ops");
            } else {
                chain.doFilter(request, response);
            }
        } else {
            Credentials credentials = Credentials.of(request.getHeader(HttpHeaders.AUTHORIZATION));
            Optional<Caller> caller =
                    credentials.bearerToken().or(credentials::password).flatMap(keys::find);
            if (caller.isEmpty()) {
                response.addHeader(
                        HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"LLM Twin operations\", charset=\"UTF-8\"");
                response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
                refuse(
                        response,
                        HttpStatus.UNAUTHORIZED,
                        "send a key with the role ops as Authorization: Bearer <key>, or as a password");
            } else if (!caller.get().has(Role.OPS)) {
                refuse(response, HttpStatus.FORBIDDEN, "this needs a key with the role ops");
            } else {
                chain.doFilter(request, response);
            }
        }
    }

    /** The id of the endpoint that {@code request} is for, empty for the list of them; null where it is for none. */
    private @Nullable String endpoint(HttpServletRequest request) {
        String path = request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo());
        if (!path.equals(basePath) && !path.startsWith(basePath + "/")) {
            return null;
        }
        String below = path.substring(basePath.length()).replaceFirst("^/", "");
        int slash = below.indexOf('/');
        return (slash < 0 ? below : below.substring(0, slash)).toLowerCase(Locale.ROOT);
    }

    /** A browser that knows the password sends it along with what other sites' pages ask for, too. */
    private static boolean isFromForeignPage(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        boolean isFollowedLink =
                HttpMethod.GET.matches(request.getMethod()) && "navigate".equals(request.getHeader("Sec-Fetch-Mode"));
        // over plain HTTP a browser names the page's origin alone, and only where the page may read what comes or sends
        // a body
        return site == null ? CorsUtils.isCorsRequest(request) : !OWN_PAGES.contains(site) && !isFollowedLink;
    }

    private void refuse(HttpServletResponse response, HttpStatus status, String detail) throws IOException {
        response.setStatus(status.value());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        json.writeValue(response.getOutputStream(), ProblemDetail.forStatusAndDetail(status, detail));
    }
}
