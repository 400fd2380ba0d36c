package io.llmtwin.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ContractTest {
    static Stream<Operation> operations() {
        return new DoorConfiguration()
                .contract().getPaths().values().stream()
                        .map(PathItem::readOperations)
                        .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void responses_ofEachCall_nameWhatTheDoorAnswersAndNothingByDefault(Operation operation) {
        assertThat(operation.getResponses())
                .as(operation.getOperationId())
                .containsKeys("400", "401", "403", "429", "503")
                .doesNotContainKeys("default", "500");
    }
}
