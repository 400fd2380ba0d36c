package io.llmtwin.pipeline;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.context.WebServerGracefulShutdownLifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How long requests may run, while the service runs and when it stops. */
@Configuration
class LifetimeConfiguration {
    /** What a request gets to say that it was ended, before the web server is taken from under it. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    @Bean
    Lifetimes lifetimes(PipelineSettings settings) {
        return new Lifetimes(settings.deadline());
    }

    /** Ends the requests that the web server, told to stop, has waited for as long as it may. */
    @Bean
    SmartLifecycle lastRequestsEnd(
            Lifetimes lifetimes, @Value("${spring.lifecycle.timeout-per-shutdown-phase}") Duration bound) {
        Duration patience = bound.minus(LAST_WORDS);
        return new SmartLifecycle() {
            private volatile boolean running;

            @Override
            public void start() {
                running = true;
            }

            @Override
            public void stop() {
                running = false;
            }

            @Override
            public void stop(Runnable done) {
                stop();
                CompletableFuture.delayedExecutor(Math.max(0, patience.toMillis()), TimeUnit.MILLISECONDS)
                        .execute(() -> lifetimes.endAll(Lifetime.End.SHUTDOWN));
                done.run();
            }

            @Override
            public boolean isRunning() {
                return running;
            }

            @Override
            public int getPhase() {
                return WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE;
            }
        };
    }
}
