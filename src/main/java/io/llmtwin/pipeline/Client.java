package io.llmtwin.pipeline;

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
    };

    /** Whether it has hung up. Must not block. */
    boolean hasGone();

    /** Has not hung up, and the answer isn't finished. Must not block. */
    void stillWaits();
}
