package io.llmtwin.api;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.camel.CamelContext;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Answers 503 for the moment in which the web server listens and the routes are not up yet, or no longer. */
@Component
@Order(-10)
final class StartupGate extends OncePerRequestFilter {
    private final CamelContext routes;
    private final ProblemWriter problems;

    StartupGate(CamelContext routes, ProblemWriter problems) {
        this.routes = routes;
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (routes.isStarted()) {
            chain.doFilter(request, response);
        } else {
            response.setHeader("Retry-After", "1");
            problems.write(request, response, HttpStatus.SERVICE_UNAVAILABLE, "the service is starting or stopping");
        }
    }
}
