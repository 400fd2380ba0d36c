package io.llmtwin.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Asks for one of LLM_TWIN_API_KEYS as a bearer token where there are any. Without any the API is open, which is for
 * loopback alone: bound to another address, the service does not start.
 */
@Component
@Order(-5)
final class KeyGuard extends OncePerRequestFilter {
    private static final String SCHEME = "Bearer ";

    private final ApiKeys keys;
    private final ProblemWriter problems;

    KeyGuard(ApiSettings settings, ServerProperties server, ProblemWriter problems) {
        this.keys = new ApiKeys(settings.keys());
        this.problems = problems;
        InetAddress address = server.getAddress();
        if (keys.isEmpty() && (address == null || !address.isLoopbackAddress())) {
            throw new OpenDoorException(address == null ? "every address" : address.getHostAddress());
        }
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return keys.isEmpty() || !ApiPath.matches(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null
                && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && keys.contains(authorization.substring(SCHEME.length()).strip())) {
            chain.doFilter(request, response);
        } else {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
            problems.write(request, response, HttpStatus.UNAUTHORIZED, "send a key as Authorization: Bearer <key>");
        }
    }
}
