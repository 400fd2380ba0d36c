package io.llmtwin.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tests of {@code vllm/}, which are Python's. Those that need a real vLLM say so when they are skipped. */
class LanguageModelIT {
    @Test
    void tests_inPython_pass() throws Exception {
        assumeTrue(python(), "no python3 of 3.11 or later on the path: the tests of vllm/ did not run");
        Path out = Files.createTempFile(Path.of("target"), "vllm-tests", ".txt");
        Process tests = new ProcessBuilder("python3", "-m", "unittest", "discover", "-v", "-s", "vllm", "-t", "vllm")
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        if (!tests.waitFor(20, TimeUnit.MINUTES)) {
            tests.destroyForcibly();
        }
        String report = Files.readString(out);
        report.lines()
                .filter(line -> line.startsWith("Ran ") || line.contains("skipped"))
                .forEach(line -> System.out.println("vllm/tests: " + line));

        assertThat(tests.waitFor()).as(report).isZero();
    }

    private static boolean python() throws IOException, InterruptedException {
        boolean there = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "python3")));
        return there
                && new ProcessBuilder("python3", "-c", "import sys; sys.exit(sys.version_info < (3, 11))")
                                .start()
                                .waitFor()
                        == 0;
    }
}
