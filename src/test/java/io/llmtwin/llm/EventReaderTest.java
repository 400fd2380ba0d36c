package io.llmtwin.llm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EventReaderTest {

    static Stream<Arguments> streams() {
        return Stream.of(
                Arguments.of("data: a\n\ndata: b\n\n", List.of("a", "b")),
                Arguments.of("data: a\r\n\r\ndata: b\r\n\r\n", List.of("a", "b")),
                Arguments.of("data: a\r\rdata: b\r\r", List.of("a", "b")),
                Arguments.of("data:a\n\n", List.of("a")),
                Arguments.of("data:  a\n\n", List.of(" a")),
                Arguments.of("data: a\ndata: b\n\n", List.of("a\nb")),
                Arguments.of("data\n\n", List.of("")),
                Arguments.of(": comment\n\nevent: x\nid: 1\ndata: a\n\n", List.of("a")),
                Arguments.of("\n\n\ndata: a\n\n", List.of("a")),
                Arguments.of("data: é😀\n\n", List.of("é😀")),
                Arguments.of("data: a\n\ndata: cut", List.of("a")),
                Arguments.of("data: a\n\ndata: cut\n", List.of("a")),
                Arguments.of("dataset: a\n\n", List.of()),
                Arguments.of("", List.of()));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void stream_inAnyForm_hasTheEventsThatEndedInABlankLine(String stream, List<String> events) throws IOException {
        assertThat(events(new ByteArrayInputStream(stream.getBytes(UTF_8)))).isEqualTo(events);
    }

    @ParameterizedTest
    @MethodSource("streams")
    void stream_byteByByte_hasTheSameEvents(String stream, List<String> events) throws IOException {
        assertThat(events(new ByteArrayInputStream(stream.getBytes(UTF_8)) {
                    @Override
                    public synchronized int read(byte[] into, int offset, int length) {
                        return super.read(into, offset, Math.min(1, length));
                    }
                }))
                .isEqualTo(events);
    }

    @Test
    void line_withoutEnd_isRefusedBeforeItFillsTheMemory() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }
        };
        assertThatThrownBy(() -> new EventReader(endless).next()).isInstanceOf(IOException.class);
    }

    private static List<String> events(InputStream in) throws IOException {
        EventReader reader = new EventReader(in);
        List<String> events = new ArrayList<>();
        String event;
        while ((event = reader.next()) != null) {
            events.add(event);
        }
        return events;
    }
}
