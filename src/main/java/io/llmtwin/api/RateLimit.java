package io.llmtwin.api;

import io.llmtwin.keys.Allowance;
import io.llmtwin.keys.Allowance.Share;
import io.llmtwin.keys.Allowances;
import io.llmtwin.keys.Caller;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Answers 429 with Retry-After to a key whose requests or tokens of the minute are used up, and tells with every answer
 * what is left: as {@code RateLimit-*}, in seconds, and in OpenAI's {@code x-ratelimit-*}.
 */
@Component
@Order(-4)
final class RateLimit extends OncePerRequestFilter {
    private final Allowances allowances;
    private final ProblemWriter problems;

    RateLimit(Allowances allowances, ProblemWriter problems) {
        this.allowances = allowances;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !ApiPath.matches(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Caller caller = KeyGuard.caller(request);
        Allowance.Take take = allowances.of(caller).take();
        Share requests = take.requests();
        Share tokens = take.tokens();
        if (requests != null) {
            tell(response, "requests", requests);
        }
        if (tokens != null) {
            tell(response, "tokens", tokens);
        }
        Share first = requests == null ? tokens : requests;
        if (first != null) {
            response.setHeader("RateLimit-Limit", String.valueOf(first.limit()));
            response.setHeader("RateLimit-Remaining", String.valueOf(first.left()));
            response.setHeader("RateLimit-Reset", String.valueOf(seconds(first.full())));
        }
        if (take.isLetIn()) {
            chain.doFilter(request, response);
            return;
        }
        boolean areTokensOut = tokens != null && tokens.left() == 0;
        response.setHeader("Retry-After", String.valueOf(seconds(take.pause())));
        problems.write(
                request,
                response,
                HttpStatus.TOO_MANY_REQUESTS,
                areTokensOut
                        ? "the key may use " + caller.limits().tokensPerMinute() + " tokens a minute; try again later"
                        : "the key may make " + caller.limits().requestsPerMinute()
                                + " requests a minute; try again later");
    }

    private static void tell(HttpServletResponse response, String what, Share share) {
        response.setHeader("X-RateLimit-Limit-" + what, String.valueOf(share.limit()));
        response.setHeader("X-RateLimit-Remaining-" + what, String.valueOf(share.left()));
        response.setHeader("X-RateLimit-Reset-" + what, seconds(share.full()) + "s");
    }

    private static long seconds(Duration duration) {
        return duration.plusSeconds(1).minusNanos(1).toSeconds();
    }
}
