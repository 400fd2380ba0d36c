package io.llmtwin.pipeline;

import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The bean {@code warnings}: says in the answer what a route degraded or left out. */
@Component
final class Warnings {
    private static final Logger LOG = LoggerFactory.getLogger(Warnings.class);

    /**
     * Adds {@code warning}, a name in snake_case, and logs the failure that led to it, if any. The body stays as it is.
     *
     * @throws RequestEndedException if the request has to end: nothing is degraded for one of which nothing will come
     */
    public Object add(Exchange exchange, Object body, String warning) {
        RequestScope.lifetime(exchange).check();
        RequestScope.warn(exchange, warning);
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (failure != null) {
            LOG.warn("request {}: {}: {}", exchange.getVariable("traceId"), warning, failure.toString());
            LOG.debug("request {}: {}", exchange.getVariable("traceId"), warning, failure);
        }
        return body;
    }
}
