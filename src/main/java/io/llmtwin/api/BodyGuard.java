package io.llmtwin.api;

import com.google.common.primitives.Ints;
import io.llmtwin.ingest.IngestSettings;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses with 400 a body where the method takes none, with 413 one that is larger than allowed, whether or not its length
 * is announced, and with 415 one that isn't JSON, or for documents lines of it (servlets take forms apart before a route
 * sees them) or has a content encoding (a small one could unpack to anything). Reads none that isn't for the API, and
 * bounds the memory of those of questions together; the next gets 503 with Retry-After.
 */
@Component
@Order(10)
final class BodyGuard extends OncePerRequestFilter {
    private static final Set<String> BODILESS = Set.of("GET", "HEAD", "DELETE", "OPTIONS", "TRACE");

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int BUFFER_BYTES = 8192;
    private static final byte[] NOTHING = {};

    /** Bodies of questions are in memory several times over until they are answered. */
    private static final long LARGEST_QUESTIONS_AT_A_TIME = 16;

    private static final long USUAL_LIMIT = 1 << 20;

    private final int questionLimit;
    private final int uploadLimit;
    private final Semaphore questionBytes;
    private final ProblemWriter problems;

    BodyGuard(ApiSettings settings, IngestSettings ingest, ProblemWriter problems) {
        this.questionLimit = (int) settings.maxBodySize().toBytes();
        this.questionBytes = new Semaphore(Ints.saturatedCast(LARGEST_QUESTIONS_AT_A_TIME
                * Math.max(USUAL_LIMIT, settings.maxBodySize().toBytes())));
        this.uploadLimit = (int) ingest.maxUploadSize().toBytes();
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (BODILESS.contains(request.getMethod())) {
            if (announcesBody(request)) {
                response.setHeader("Connection", "close");
                problems.write(request, response, HttpStatus.BAD_REQUEST, request.getMethod() + " takes no body");
            } else {
                chain.doFilter(request, response);
            }
            return;
        }
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            problems.write(
                    request, response, HttpStatus.UNSUPPORTED_MEDIA_TYPE, "send the body without Content-Encoding");
            return;
        }
        boolean isUpload = ApiPath.isUpload(request);
        if (announcesBody(request)
                && !isOf(MediaType.APPLICATION_JSON, request.getContentType())
                && !(isUpload && isOf(MediaType.APPLICATION_NDJSON, request.getContentType()))) {
            problems.write(
                    request,
                    response,
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    "send the body as Content-Type: application/json" + (isUpload ? " or application/x-ndjson" : ""));
            return;
        }
        if (!ApiPath.matches(request)) {
            // nobody reads it, and nobody was asked for a key
            chain.doFilter(new Read(request, NOTHING), response);
            return;
        }
        int limit = isUpload ? uploadLimit : questionLimit;
        long announced = request.getContentLengthLong();
        int size = announced < 0 ? limit : Ints.saturatedCast(announced);
        if (size > limit) {
            refuseTooLarge(request, response, limit);
        } else if (isUpload) {
            byte[] body = read(request, response, limit);
            if (body != null) {
                chain.doFilter(new Read(request, body), response);
            }
        } else if (questionBytes.tryAcquire(size)) {
            byte[] body = null;
            try {
                body = read(request, response, limit);
            } finally {
                questionBytes.release(size - (body == null ? 0 : body.length));
            }
            if (body != null) {
                new HeldPermits(questionBytes, body.length).pass(new Read(request, body), response, chain);
            }
        } else {
            response.setHeader("Retry-After", "1");
            response.setHeader("Connection", "close");
            problems.write(
                    request,
                    response,
                    HttpStatus.SERVICE_UNAVAILABLE,
                    "too many large requests are being worked on; try again soon");
        }
    }

    private void refuseTooLarge(HttpServletRequest request, HttpServletResponse response, int limit)
            throws IOException {
        response.setHeader("Connection", "close");
        problems.write(
                request, response, HttpStatus.PAYLOAD_TOO_LARGE, "the body may have at most " + limit + " bytes");
    }

    /** The body of {@code request}; null where it is refused. */
    private byte @Nullable [] read(HttpServletRequest request, HttpServletResponse response, int limit)
            throws IOException {
        byte[] body;
        try {
            body = read(request.getInputStream(), limit + 1);
        } catch (SocketTimeoutException e) {
            response.setHeader("Connection", "close");
            problems.write(request, response, HttpStatus.REQUEST_TIMEOUT, "the body did not come in time");
            return null;
        }
        if (body.length > limit) {
            refuseTooLarge(request, response, limit);
            return null;
        }
        return body;
    }

    private static boolean announcesBody(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    /** At most {@code most} bytes. A client that sends them one by one must not keep its place for as long as it likes. */
    private static byte[] read(InputStream in, int most) throws IOException {
        long start = System.nanoTime();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[BUFFER_BYTES];
        int count;
        while (body.size() < most && (count = in.read(buffer, 0, Math.min(buffer.length, most - body.size()))) >= 0) {
            body.write(buffer, 0, count);
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new SocketTimeoutException("the body takes longer than " + PATIENCE.toSeconds() + " s");
            }
        }
        return body.toByteArray();
    }

    private static boolean isOf(MediaType wanted, @Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        try {
            return wanted.equalsTypeAndSubtype(MediaType.parseMediaType(contentType));
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }

    private static final class Read extends HttpServletRequestWrapper {
        private final byte[] body;

        Read(HttpServletRequest request, byte[] body) {
            super(request);
            this.body = body;
        }

        @Override
        public ServletInputStream getInputStream() {
            ByteArrayInputStream bytes = new ByteArrayInputStream(body);
            return new ServletInputStream() {
                @Override
                public int read() {
                    return bytes.read();
                }

                @Override
                public int read(byte[] into, int offset, int length) {
                    return bytes.read(into, offset, length);
                }

                @Override
                public boolean isFinished() {
                    return bytes.available() == 0;
                }

                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void setReadListener(ReadListener listener) {
                    throw new UnsupportedOperationException("the body is already read");
                }
            };
        }

        @Override
        public BufferedReader getReader() {
            return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
        }

        @Override
        public int getContentLength() {
            return body.length;
        }

        @Override
        public long getContentLengthLong() {
            return body.length;
        }
    }
}
