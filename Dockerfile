# The service. Built with the JDK that the project is written for, run on a newer one: it has virtual threads.
FROM maven:3.9.11-eclipse-temurin-17 AS build
WORKDIR /build
COPY pom.xml README.md CHANGELOG.md CONTRIBUTING.md ./
COPY .mvn .mvn
COPY docs docs
COPY src/main src/main
RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp package -Dmaven.test.skip=true
# dependencies change rarely: layers of their own
RUN mv target/llm-twin-*.jar llm-twin.jar && java -Djarmode=tools -jar llm-twin.jar extract --layers --destination extracted

FROM eclipse-temurin:25.0.3_9-jre-noble
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /data llm-twin \
    && install -d -o 10001 -g 10001 /data
WORKDIR /app
COPY --from=build /build/extracted/dependencies/ ./
COPY --from=build /build/extracted/spring-boot-loader/ ./
COPY --from=build /build/extracted/snapshot-dependencies/ ./
COPY --from=build /build/extracted/application/ ./
COPY --chmod=555 deploy/health.sh /usr/local/bin/health

# all that is written goes here; the rest of the file system can be read-only
VOLUME /data
ENV LLM_TWIN_HOME=/data \
    SERVER_ADDRESS=0.0.0.0 \
    MANAGEMENT_SERVER_ADDRESS=0.0.0.0
USER 10001:10001
EXPOSE 8080 8081
# ExitOnOutOfMemoryError: a JVM that has run out of memory is better replaced than probed
ENTRYPOINT ["java", "--enable-native-access=ALL-UNNAMED", "-XX:MaxRAMPercentage=60", "-XX:+ExitOnOutOfMemoryError", "-jar", "llm-twin.jar"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD health "${MANAGEMENT_SERVER_PORT:-8081}" /actuator/health/readiness
