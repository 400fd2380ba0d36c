package io.llmtwin.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** A client of the JDK's whose calls are traced, where they belong to a request. */
final class TracedHttpClient extends HttpClient {
    private final HttpClient client;
    private final Spans spans;

    TracedHttpClient(HttpClient client, Spans spans) {
        this.client = client;
        this.spans = spans;
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        Context context = Context.current();
        if (!Spans.isTraced(context)) {
            return client.send(request, handler);
        }
        Span span = begin(request, context);
        try {
            HttpResponse<T> response = client.send(with(request, span, context), handler);
            Spans.answered(span, response.statusCode());
            return response;
        } catch (IOException | InterruptedException | RuntimeException e) {
            Spans.failed(span, e);
            throw e;
        } finally {
            span.end();
        }
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
        return sendAsync(request, handler, null);
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, BodyHandler<T> handler, @Nullable PushPromiseHandler<T> pushes) {
        Context context = Context.current();
        if (!Spans.isTraced(context)) {
            return client.sendAsync(request, handler, pushes);
        }
        Span span = begin(request, context);
        // what is returned is the client's own, so that to cancel it breaks the call off
        CompletableFuture<HttpResponse<T>> call = client.sendAsync(with(request, span, context), handler, pushes);
        CompletableFuture<HttpResponse<T>> unused = call.whenComplete((response, failure) -> {
            if (failure != null) {
                Spans.failed(span, failure);
            } else {
                Spans.answered(span, response.statusCode());
            }
            span.end();
        });
        return call;
    }

    private Span begin(HttpRequest request, Context parent) {
        Span span = spans.call(request.method(), parent)
                .startSpan()
                .setAttribute(Names.HTTP_METHOD, request.method())
                .setAttribute(Names.URL_PATH, request.uri().getPath());
        Spans.server(span, request.uri());
        return span;
    }

    private HttpRequest with(HttpRequest request, Span span, Context context) {
        HttpRequest.Builder traced = HttpRequest.newBuilder(request, (name, value) -> true);
        spans.inject(Spans.inCall(span, context), traced, (carrier, name, value) -> {
            if (carrier != null) {
                carrier.setHeader(name, value);
            }
        });
        return traced.build();
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return client.cookieHandler();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return client.connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
        return client.followRedirects();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return client.proxy();
    }

    @Override
    public SSLContext sslContext() {
        return client.sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
        return client.sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return client.authenticator();
    }

    @Override
    public Version version() {
        return client.version();
    }

    @Override
    public Optional<Executor> executor() {
        return client.executor();
    }
}
