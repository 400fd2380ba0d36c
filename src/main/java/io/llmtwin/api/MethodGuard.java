package io.llmtwin.api;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.PathItem;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Answers 405 where the contract has a path but not the method, whatever else is wrong with the request, and OPTIONS with
 * the methods that it has. Spring would name those of the path above as well, since Camel registers each path of a contract
 * as a prefix.
 */
@Component
@Order(5)
final class MethodGuard extends OncePerRequestFilter {
    private final Map<PathPattern, Set<String>> allowed = new LinkedHashMap<>();
    private final ProblemWriter problems;

    MethodGuard(OpenAPI contract, ProblemWriter problems) {
        contract.getPaths()
                .forEach((path, item) -> allowed.put(PathPatternParser.defaultInstance.parse(path), methods(item)));
        this.problems = problems;
    }

    /** Those of {@code path}, and what the server adds to each. */
    private static Set<String> methods(PathItem path) {
        Set<String> methods = new TreeSet<>();
        path.readOperationsMap().keySet().forEach(method -> methods.add(method.name()));
        if (methods.contains(HttpMethod.GET.name())) {
            methods.add(HttpMethod.HEAD.name());
        }
        methods.add(HttpMethod.OPTIONS.name());
        return methods;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !ApiPath.matches(request) || CorsUtils.isPreFlightRequest(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Set<String> methods = allowedAt(request.getRequestURI());
        String method = request.getMethod();
        boolean asksForThem = method.equals(HttpMethod.OPTIONS.name());
        if (methods == null || (methods.contains(method) && !asksForThem)) {
            chain.doFilter(request, response);
            return;
        }
        String names = String.join(", ", methods);
        response.setHeader(HttpHeaders.ALLOW, names);
        if (!asksForThem) {
            problems.write(request, response, HttpStatus.METHOD_NOT_ALLOWED, "the methods here are " + names);
        }
    }

    private @Nullable Set<String> allowedAt(String path) {
        PathContainer parsed = PathContainer.parsePath(path);
        return allowed.entrySet().stream()
                .filter(entry -> entry.getKey().matches(parsed))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }
}
