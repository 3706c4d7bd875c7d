import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type StatusObject,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { encodeForeign } from '../../otlp/protocol.fixture.ts';

/** A call as the receiver got it. */
export interface GrpcReceived {
  readonly path: string;
  readonly message: Buffer;
  readonly metadata: Metadata;
  readonly deadlineMs: number;
}

/** What the receiver answers: bytes of a response, or how the call fails. */
export type GrpcAnswer = Uint8Array | Partial<StatusObject> | 'silence';

/** A receiver of OTLP/gRPC on loopback, by the package's own server. */
export interface GrpcReceiver {
  readonly port: number;
  readonly received: GrpcReceived[];
  answer: GrpcAnswer;
  close(): Promise<void>;
}

const services = ['trace.v1.TraceService', 'metrics.v1.MetricsService', 'logs.v1.LogsService'];

/** @param port 0 takes any */
export async function startGrpcReceiver(
  credentials = ServerCredentials.createInsecure(),
  port = 0,
): Promise<GrpcReceiver> {
  const server = new Server({ 'grpc.max_receive_message_length': 100_000 });
  const received: GrpcReceived[] = [];
  const asIs = (bytes: Buffer): Buffer => bytes;
  for (const service of services) {
    const path = `/opentelemetry.proto.collector.${service}/Export`;
    const definition: ServiceDefinition = {
      Export: {
        path,
        requestStream: false,
        responseStream: false,
        requestSerialize: asIs,
        requestDeserialize: asIs,
        responseSerialize: asIs,
        responseDeserialize: asIs,
      },
    };
    const handle = (call: ServerUnaryCall<Buffer, Buffer>, reply: sendUnaryData<Buffer>): void => {
      const deadline = call.getDeadline();
      const deadlineMs = typeof deadline === 'number' ? deadline : deadline.getTime();
      received.push({ path, message: call.request, metadata: call.metadata, deadlineMs });
      const { answer } = receiver;
      if (answer === 'silence') return;
      if (answer instanceof Uint8Array) reply(null, Buffer.from(answer));
      else reply(answer);
    };
    server.addService(definition, { Export: handle });
  }
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, taken) =>
      error === null ? resolve(taken) : reject(error),
    );
  });
  const receiver: GrpcReceiver = {
    port: bound,
    received,
    answer: new Uint8Array(),
    close: () =>
      new Promise((resolve) => {
        server.forceShutdown();
        resolve();
      }),
  };
  return receiver;
}

/** The details of a failure that ask to wait. */
export function retryInfo(seconds: number, nanos = 0): Metadata {
  const duration = [8, ...varint(seconds), 16, ...varint(nanos)];
  const value = new Uint8Array([10, duration.length, ...duration]);
  const details = [
    { typeUrl: 'type.googleapis.com/google.rpc.DebugInfo', value: new Uint8Array([18, 1, 120]) },
    { typeUrl: 'type.googleapis.com/google.rpc.RetryInfo', value },
  ];
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(encodeForeign('Status', { code: 14, message: 'x', details })));
  return metadata;
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
}
