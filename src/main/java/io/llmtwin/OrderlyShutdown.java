package io.llmtwin;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Closes the application when the process is told to end, and only then lets the JVM run its shutdown hooks. These run
 * all at once: ONNX Runtime's frees its environment while requests that are still being finished use it, which takes the
 * process down with all of them.
 */
final class OrderlyShutdown {
    private static final Logger LOG = LoggerFactory.getLogger(OrderlyShutdown.class);
    private static final int TERMINATED_BY_SIGNAL = 128;

    private OrderlyShutdown() {}

    /** Handles SIGTERM and SIGINT from now on, also while {@code application} is being started. */
    static void of(ConfigurableApplicationContext application) {
        try {
            handle("TERM", 15, application);
            handle("INT", 2, application);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.warn(
                    "signals can't be handled on this JVM; requests in flight may be lost at the end: {}",
                    e.toString());
        }
    }

    /** By reflection, because javac warns of each use of {@code sun.misc} and can't be told not to. */
    private static void handle(String name, int number, ConfigurableApplicationContext application)
            throws ReflectiveOperationException {
        Class<?> signals = Class.forName("sun.misc.Signal");
        Class<?> handlers = Class.forName("sun.misc.SignalHandler");
        Object handler = Proxy.newProxyInstance(
                OrderlyShutdown.class.getClassLoader(), new Class<?>[] {handlers}, (proxy, method, arguments) -> {
                    if (method.getName().equals("handle")) {
                        Thread shutdown = new Thread(() -> end(number, application), "shutdown");
                        // signals arrive on a daemon thread, and the JVM doesn't wait for one of those
                        shutdown.setDaemon(false);
                        shutdown.start();
                    }
                    return null;
                });
        signals.getMethod("handle", signals, handlers)
                .invoke(null, signals.getConstructor(String.class).newInstance(name), handler);
    }

    private static void end(int signal, ConfigurableApplicationContext application) {
        try {
            application.close();
        } finally {
            System.exit(TERMINATED_BY_SIGNAL + signal);
        }
    }
}
