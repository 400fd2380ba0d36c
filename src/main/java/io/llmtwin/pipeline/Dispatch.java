package io.llmtwin.pipeline;

import org.apache.camel.Exchange;

/** Which revision serves a request. */
@FunctionalInterface
interface Dispatch {
    /**
     * The revision that {@code exchange}'s request has entered; it has to {@link Revision#leave} it.
     *
     * @throws UnknownRevisionException if the request names one that isn't there
     * @throws IllegalStateException if none runs
     */
    Revision enter(Exchange exchange);
}
