package io.llmtwin.pipeline;

import org.apache.camel.Exchange;

/** Who waits for the answer of a request. Asked several times a second while the request runs, on a thread for all. */
public interface Client {
    /** Nobody that could hang up. */
    Client PATIENT = new Client() {
        @Override
        public boolean hasGone() {
            return false;
        }

        @Override
        public void stillWaits() {}

        @Override
        public void rehearsed(Exchange exchange) {}
    };

    /** Whether it has hung up. Must not block. */
    boolean hasGone();

    /** Has not hung up, and the answer isn't finished. Must not block. */
    void stillWaits();

    /** A rehearsal that it asked for is over, well or not; on the thread that ran it. {@code exchange} has its variables. */
    void rehearsed(Exchange exchange);
}
