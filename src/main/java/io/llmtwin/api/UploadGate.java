package io.llmtwin.api;

import io.llmtwin.ingest.IngestSettings;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Bounds the memory that documents on their way in take: bodies of {@value #LARGEST_AT_A_TIME} times MAX_UPLOAD_SIZE
 * together are let in, whatever their number. The next gets 429 with Retry-After at once.
 */
@Component
@Order(9)
final class UploadGate extends OncePerRequestFilter {
    private static final int LARGEST_AT_A_TIME = 2;

    private final int limit;
    private final Semaphore bytes;
    private final ProblemWriter problems;

    UploadGate(IngestSettings settings, ProblemWriter problems) {
        this.limit = (int) settings.maxUploadSize().toBytes();
        this.bytes = new Semaphore(LARGEST_AT_A_TIME * limit);
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !ApiPath.isUpload(request);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        long announced = request.getContentLengthLong();
        int size = announced < 0 || announced > limit ? limit : (int) announced;
        if (!bytes.tryAcquire(size)) {
            response.setHeader("Retry-After", "1");
            response.setHeader("Connection", "close");
            problems.write(
                    request, response, HttpStatus.TOO_MANY_REQUESTS, "other documents are being taken; try again soon");
            return;
        }
        new HeldPermits(bytes, size).pass(request, response, chain);
    }
}
