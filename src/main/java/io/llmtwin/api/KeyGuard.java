package io.llmtwin.api;

import io.llmtwin.keys.Caller;
import io.llmtwin.keys.Credentials;
import io.llmtwin.keys.KeyRing;
import io.llmtwin.keys.LoopbackName;
import io.llmtwin.keys.OpenDoorException;
import io.llmtwin.keys.Role;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Asks for one of LLM_TWIN_API_KEYS as a bearer token where there are any, with the role that the path needs, and notes
 * down the {@link Caller}. Without any the API is open, which is for loopback alone: bound to another address, the service
 * does not start.
 */
@Component
@Order(-5)
final class KeyGuard extends OncePerRequestFilter {
    private final KeyRing keys;
    private final ProblemWriter problems;

    KeyGuard(KeyRing keys, ServerProperties server, ProblemWriter problems) {
        this.keys = keys;
        this.problems = problems;
        OpenDoorException.refuse(keys, server.getAddress(), "SERVER_ADDRESS", "the API");
    }

    /** Who makes {@code request}. */
    static Caller caller(HttpServletRequest request) {
        Object caller = request.getAttribute(Caller.class.getName());
        if (caller == null) {
            throw new IllegalStateException("the request did not come past the guard");
        }
        return (Caller) caller;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !ApiPath.matches(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<Caller> caller = keys.isEmpty()
                ? Optional.of(Caller.ANYBODY)
                : Credentials.of(request.getHeader(HttpHeaders.AUTHORIZATION))
                        .bearerToken()
                        .flatMap(keys::find);
        if (caller.isEmpty()) {
            response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
            problems.write(request, response, HttpStatus.UNAUTHORIZED, "send a key as Authorization: Bearer <key>");
            return;
        }
        Role role = ApiPath.role(request);
        if (keys.isEmpty() && !LoopbackName.is(request.getServerName())) {
            // to a browser, a site whose name was made to mean this machine is the origin of this service
            refuse(request, response, "without LLM_TWIN_API_KEYS only localhost is answered, by that name");
        } else if (!caller.get().has(role)) {
            refuse(
                    request,
                    response,
                    "this needs a key with the role " + role.name().toLowerCase(Locale.ROOT));
        } else if (caller.get().isHeldToAuthors() && ApiPath.reachesEveryAuthor(request)) {
            refuse(request, response, "this is not for a key that is held to authors");
        } else {
            request.setAttribute(Caller.class.getName(), caller.get());
            chain.doFilter(request, response);
        }
    }

    private void refuse(HttpServletRequest request, HttpServletResponse response, String why) throws IOException {
        problems.write(request, response, HttpStatus.FORBIDDEN, why);
    }
}
