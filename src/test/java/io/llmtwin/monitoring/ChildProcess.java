package io.llmtwin.monitoring;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A Java process on the tests' own class path, begun by a shell that can take things from it first. */
public final class ChildProcess {
    /** Files of one mebibyte at most. */
    public static final String WITHOUT_ROOM = "ulimit -f 1024; ";

    private ChildProcess() {}

    /**
     * Starts {@code main}, whose standard output nobody reads.
     *
     * @param first what the shell does before, such as {@link #WITHOUT_ROOM}; or nothing
     */
    public static Process start(String first, Class<?> main, String... arguments) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = Stream.concat(
                        Stream.of(
                                "bash",
                                "-c",
                                first + "exec \"$0\" -XX:-UsePerfData -XX:+UseSerialGC -cp \"$@\"",
                                java,
                                System.getProperty("java.class.path"),
                                main.getName()),
                        Stream.of(arguments))
                .toList();
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
