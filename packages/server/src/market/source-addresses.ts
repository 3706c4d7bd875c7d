import { type SourceName, type SourceSettings, sourceNames } from '@autotrader/sources';

export type SourcesSettings = Readonly<Record<SourceName, SourceSettings>>;

/** The same settings with other hosts. A key is for the real host only and is left out. */
export function pointedAt(settings: SourcesSettings, baseUrls: Readonly<Record<string, string>>): SourcesSettings {
  const pointed = Object.entries(settings).map(([name, source]) => {
    const baseUrl = baseUrls[name];
    // A source that the stand-in does not imitate must not be asked for real.
    if (baseUrl === undefined) return [name, { ...source, enabled: false, apiKey: undefined }];
    return [name, { ...source, baseUrl, apiKey: undefined }];
  });
  return Object.fromEntries(pointed) as SourcesSettings;
}

/** Where a simulator in another process has each source. */
export function baseUrlsAt(url: string): Readonly<Record<string, string>> {
  return Object.fromEntries(sourceNames.map((name) => [name, `${url.replace(/\/+$/, '')}/${name}`]));
}
