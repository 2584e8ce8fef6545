# Builds Hustings and puts the one program into a small image. Nothing is fetched when it runs.
#   docker build -t hustings .
#   docker run -p 127.0.0.1:8080:8080 -v hustings:/data -v ./hustings.toml:/etc/hustings.toml:ro hustings
FROM rust:1.89-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked && mkdir /data

FROM debian:bookworm-slim
# The authorities that sign mail servers' and databases' certificates.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /src/target/release/hustings /usr/local/bin/hustings
COPY --from=build --chown=10001:10001 /data /data
USER 10001:10001
WORKDIR /data
VOLUME /data
# A container's own loopback is reached by nobody. Nothing else is set here: a variable beats the mounted file. The database,
# unless the file says otherwise, is data/hustings.db below the folder in which this starts, and so in the volume.
ENV HUSTINGS__SERVER__LISTEN=0.0.0.0:8080
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["hustings"]
CMD ["serve", "--config", "/etc/hustings.toml"]
