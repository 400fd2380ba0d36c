package io.llmtwin.api;

import jakarta.servlet.ServletConnection;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * The connection that a request came on, which can be asked whether its other end is still there.
 *
 * <p>A servlet isn't told: until it writes, Tomcat doesn't look at the socket. So one byte is read from it, without
 * blocking, and put back if there is one: it belongs to a request that the client has sent ahead. A client that has shut
 * its sending side counts as gone, as it does with other HTTP servers.
 *
 * <p>To be asked only while the request is being handled and after its body has been read, by one thread at a time:
 * nobody else reads from the socket then.
 */
final class ClientConnection implements ServletConnection {
    private final ServletConnection connection;
    private final SocketWrapperBase<?> socket;
    private final ByteBuffer one = ByteBuffer.allocate(1);
    private boolean hasSentMore;

    ClientConnection(ServletConnection connection, SocketWrapperBase<?> socket) {
        this.connection = connection;
        this.socket = socket;
    }

    /** The connection of {@code request}; null where another server than {@link StreamingProtocol} serves it. */
    static @Nullable ClientConnection of(HttpServletRequest request) {
        return request.getServletConnection() instanceof ClientConnection connection ? connection : null;
    }

    /** Whether the client has hung up. Doesn't block. What a client sends ahead hides its end. */
    boolean isClosed() {
        if (hasSentMore) {
            return false;
        }
        try {
            one.clear();
            int read = socket.read(false, one);
            if (read > 0) {
                hasSentMore = true;
                socket.unRead(one.flip());
            }
            return read < 0;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public String getConnectionId() {
        return connection.getConnectionId();
    }

    @Override
    public String getProtocol() {
        return connection.getProtocol();
    }

    @Override
    public String getProtocolConnectionId() {
        return connection.getProtocolConnectionId();
    }

    @Override
    public boolean isSecure() {
        return connection.isSecure();
    }
}
