// The interface in Turkish.
export default {
  language: 'tr', chat: 'Sohbet', close: 'Sohbeti kapat', menu: 'Diğer seçenekler', assistant: 'Yapay zekâ asistanı',
  greeting: 'Merhaba! Nasıl yardımcı olabiliriz?', conversation: 'Konuşma', placeholder: 'Bir soru sorun…',
  send: 'Gönder', stop: 'Yanıtı durdur', retry: 'Tekrar dene', copy: 'Kopyala', copied: 'Kopyalandı', good: 'Yararlı',
  bad: 'Yararlı değil', sources: 'Kaynaklar', you: 'Siz', said: '{name}', stopped: 'Durduruldu',
  thinking: 'Bir saniye…', latest: 'En yeniye git', suggestions: 'Önerilen sorular', human: 'Bir yetkiliyle görüş',
  clear: 'Konuşmayı temizle', fresh: 'Yeni konuşma', sound: 'Ses', expand: 'Büyüt', shrink: 'Küçült',
  waiting: 'Bir arkadaşımızı çağırıyoruz…', joined: '{name} burada', person: 'Bir arkadaşımız',
  typing: '{name} yazıyor…', away: 'Şu anda kimse müsait değil.', opens: '{time} döneceğiz.',
  contact: 'İletişim bilgilerinizi bırakın', offline: 'Çevrimdışısınız. Mesajlar siz dönene kadar bekler.',
  limited: 'Çok hızlısınız. {seconds} sn sonra devam edebilirsiniz.', full: 'Bu konuşma şimdilik sınırına ulaştı.',
  again: 'Devam edebileceğiniz zaman: {time}.',
  failed: 'Olmadı.', unreachable: 'Sohbete şu anda ulaşılamıyor.', dismiss: 'Kapat',
  voice: 'Sorunuzu söyleyin', listening: 'Dinliyorum… durdurmak için yeniden basın', lead: 'Size nasıl ulaşabiliriz?',
  lead_send: 'Gönder', lead_later: 'Şimdi değil', lead_thanks: 'Teşekkürler! Size ulaşacağız.',
  required: 'Bu alan gerekli.', email: 'Bu bir e-posta adresine benzemiyor.', email_label: 'E-posta',
};
