package io.llmtwin.llm;

import java.io.IOException;
import org.apache.hc.client5.http.HttpRequestRetryStrategy;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;

/**
 * Tries a request once more when the connection was closed without a byte of an answer: servers close connections that
 * they find idle just as a client picks one of them up. An answer, whatever its status, is never tried again here; the
 * HTTP client's own strategy would sleep for the {@code Retry-After} of a 429 or 503 and keep the client waiting.
 */
final class StaleConnectionRetry implements HttpRequestRetryStrategy {
    @Override
    public boolean retryRequest(HttpRequest request, IOException failure, int attempt, HttpContext context) {
        return attempt == 1 && failure instanceof NoHttpResponseException;
    }

    @Override
    public boolean retryRequest(HttpResponse response, int attempt, HttpContext context) {
        return false;
    }

    @Override
    public TimeValue getRetryInterval(HttpResponse response, int attempt, HttpContext context) {
        return TimeValue.ZERO_MILLISECONDS;
    }
}
