package io.llmtwin.api;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/** Permits that one request has acquired. They are given back once, when it is over, on whichever thread that is. */
final class HeldPermits implements AsyncListener {
    private final Semaphore semaphore;
    private final int permits;
    private final AtomicBoolean givenBack = new AtomicBoolean();

    /** @param permits of {@code semaphore}, acquired already */
    HeldPermits(Semaphore semaphore, int permits) {
        this.semaphore = semaphore;
        this.permits = permits;
    }

    /** Lets {@code request}, which holds them, pass. */
    void pass(ServletRequest request, ServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
            if (request.isAsyncStarted()) {
                request.getAsyncContext().addListener(this);
            }
        } finally {
            if (!request.isAsyncStarted()) {
                giveBack();
            }
        }
    }

    private void giveBack() {
        if (givenBack.compareAndSet(false, true)) {
            semaphore.release(permits);
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        giveBack();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        giveBack();
    }

    @Override
    public void onError(AsyncEvent event) {
        giveBack();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }
}
