package io.llmtwin.monitoring.delivery;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.concurrent.Cancellable;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * The bean {@code deliveryConnections}: how camel-http calls monitoring services. No call is repeated behind our back,
 * for a repeated record may be a doubled one, and what is under way when the service ends is broken off.
 */
@Component
public final class DeliveryConnections implements HttpClientConfigurer {
    private final Set<Cancellable> calls = ConcurrentHashMap.newKeySet();
    private final DeliverySettings settings;
    private volatile boolean closed;

    DeliveryConnections(DeliverySettings settings) {
        this.settings = settings;
    }

    /** The longest wait for an answer, in milliseconds. */
    public long timeout() {
        return settings.timeout().toMillis();
    }

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableRedirectHandling()
                .addExecInterceptorFirst("delivery-end", (request, scope, chain) -> {
                    if (!(scope.originalRequest instanceof Cancellable call)) {
                        return chain.proceed(request, scope);
                    }
                    calls.add(call);
                    try {
                        if (closed) {
                            call.cancel();
                        }
                        return chain.proceed(request, scope);
                    } finally {
                        calls.remove(call);
                    }
                });
    }

    /** Breaks off all calls, from now on. */
    @EventListener(ContextClosedEvent.class)
    void close() {
        closed = true;
        calls.forEach(Cancellable::cancel);
    }
}
